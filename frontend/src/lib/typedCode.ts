const DIGIT = /\p{Nd}/u;

/** The value of a decimal digit. Each script has its ten in a row, and where rows touch they are whole. */
function valueOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}

/** The letters and digits of a typed code, digits of any script as 0 to 9: without what mails, apps and keyboards put between them. */
export function typedCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[^\p{L}\p{Nd}]/gu, '')
    .replace(/\p{Nd}/gu, (digit) => String(valueOf(digit)));
}
