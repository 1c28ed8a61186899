/** The first stop of the keyboard on every page: past the header and the navigation, to `#main`. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="fixed top-3 left-3 z-50 rounded-full bg-ink px-5 py-3 font-semibold text-paper no-underline not-focus:sr-only"
    >
      Skip to the content
    </a>
  );
}
