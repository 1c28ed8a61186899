/** A text in which «e-mail» is not broken at its hyphen: for headings, where that is seen. */
export function Together({ text }: { text: string }) {
  return text.split(/(e-mail)/i).map((part, nth) => (
    <span key={nth} className={nth % 2 ? 'whitespace-nowrap' : undefined}>
      {part}
    </span>
  ));
}
