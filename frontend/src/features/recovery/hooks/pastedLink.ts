// Programs that guard links write an address into one of their own, with the # as %23.
const MAILED = /\/(reset|verify)\/?(?:#|%23)([\w-]+(?:(?:=|%3D)[\w-]+)?)/i;

/** Where a pasted text leads: the page of this site and the fragment of the mailed link in it; null without one. */
export function pastedLink(text: string): string | null {
  const [, page, fragment] = MAILED.exec(text.replaceAll(/[\r\n]+ */g, '').replaceAll(/%2F/gi, '/')) ?? [];
  return page && fragment ? `/${page.toLowerCase()}/#${fragment.replace(/%3D/i, '=')}` : null;
}
