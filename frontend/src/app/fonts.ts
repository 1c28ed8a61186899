import localFont from 'next/font/local';

// Served from our own origin and preloaded. Until they arrive, the system's letters stand in, stretched to the same
// measure (standins.css), so that nothing moves. Next's own stand-in knows Arial in its regular weight only: neither
// Android nor Linux has it, and bold lines broke elsewhere. Only the latin files: other scripts take the system's letters.

/** Headlines. The optical size axis draws large letters finer and small ones sturdier. */
export const display = localFont({
  src: '../../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2',
  weight: '200 800',
  display: 'swap',
  variable: '--face-display',
  adjustFontFallback: false,
  fallback: ['display like Arial', 'display like Roboto'],
});

/** Everything that is read. */
export const text = localFont({
  src: '../../node_modules/@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2',
  weight: '300 900',
  display: 'swap',
  variable: '--face-text',
  adjustFontFallback: false,
  fallback: ['text like Arial', 'text like Roboto'],
});
