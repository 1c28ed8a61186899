import localFont from 'next/font/local';

// Served from our own origin and preloaded; Next adds a fallback face stretched to the same measure, so that
// nothing moves when the letters arrive. Only the latin files: other scripts take the system's letters.

/** Headlines. The optical size axis draws large letters finer and small ones sturdier. */
export const display = localFont({
  src: '../../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2',
  weight: '200 800',
  display: 'swap',
  variable: '--face-display',
  adjustFontFallback: 'Arial',
});

/** Everything that is read. */
export const text = localFont({
  src: '../../node_modules/@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2',
  weight: '300 900',
  display: 'swap',
  variable: '--face-text',
  adjustFontFallback: 'Arial',
});
