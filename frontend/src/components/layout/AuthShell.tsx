import type { ReactNode } from 'react';

import { Card } from '../ui/Card';
import { Brand } from './Brand';
import { SkipLink } from './SkipLink';

export interface AuthShellProps {
  /** The one `h1` of the page. */
  title: ReactNode;
  lead?: ReactNode;
  /** The form. */
  children: ReactNode;
  /** Under the form: the way to the other door. */
  aside?: ReactNode;
}

/**
 * The page around a form at the front door: the form on one side, a print on the wall on the other. The form hangs from
 * the top: centred, all of it would move when the rest of the page arrives, and with each line that an answer adds.
 */
export function AuthShell({ title, lead, children, aside }: AuthShellProps) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,44%)]">
      <SkipLink />
      <div className="min-w-0">
        <header className="px-5 py-4 sm:px-8">
          <Brand />
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto flex w-full max-w-lg flex-col gap-6 px-5 pt-4 pb-16 outline-none sm:px-8"
        >
          <div className="grid gap-2">
            <h1 className="font-display text-4xl leading-[1.05] font-bold tracking-tight text-balance sm:text-5xl">
              {title}
            </h1>
            {lead && <p className="text-lg text-muted text-pretty">{lead}</p>}
          </div>
          <noscript>
            <p className="rounded-xl border border-line bg-surface p-4">
              This page needs JavaScript. Please allow it in your browser, then load the page again.
            </p>
          </noscript>
          <Card>{children}</Card>
          {aside && <div className="first-step text-center text-muted">{aside}</div>}
        </main>
      </div>
      <div className="relative hidden overflow-hidden border-l border-line bg-wall lg:block">
        <picture>
          <source media="(prefers-color-scheme: dark)" srcSet="/art/doorstep-night.svg" />
          <img
            src="/art/doorstep-day.svg"
            alt=""
            width={720}
            height={800}
            className="sticky top-0 h-dvh w-full object-cover object-bottom"
          />
        </picture>
      </div>
    </div>
  );
}
