/** Joins class names and leaves out the absent ones, in the order given. */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
