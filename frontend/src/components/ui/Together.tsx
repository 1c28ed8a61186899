/** A text in which «e-mail» is not broken at its hyphen: for headings, where that is seen. */
export function Together({ text }: { text: string }) {
  return text.split(/(e-mail)/i).map((part, nth) =>
    nth % 2 ? (
      <span key={nth} className="whitespace-nowrap">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
