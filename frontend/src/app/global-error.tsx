'use client';

import ErrorPage from './error';
import './globals.css';

/** Shown when the frame of all pages breaks. */
export default function GlobalErrorPage({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something fell off the wall</title>
        <ErrorPage reset={reset} />
      </body>
    </html>
  );
}
