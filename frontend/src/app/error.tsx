'use client';

import { buttonLook } from '@/components/ui/buttonLook';

/**
 * Shown when a page breaks while it is drawn. What broke is not for this screen. Every page carries this one along,
 * so it makes do without the header; and the way home is a whole new page, not a step of the app that just broke.
 */
export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-2xl content-center justify-items-start gap-5 px-5 py-14 sm:px-8">
      <h1 className="font-display text-4xl leading-[1.02] font-extrabold tracking-tight text-balance sm:text-6xl">
        Something fell off the wall
      </h1>
      <p className="max-w-md text-lg text-muted text-pretty">
        That is our fault, and nothing of yours is lost. Trying again often helps.
      </p>
      <div className="mt-2 flex flex-wrap gap-3">
        <button type="button" onClick={reset} className={buttonLook('primary', 'regular')}>
          Try again
        </button>
        {/* eslint-disable-next-line @next/next/no-html-link-for-pages -- see above */}
        <a href="/" className={buttonLook('secondary', 'regular')}>
          Back to the front door
        </a>
      </div>
    </main>
  );
}
