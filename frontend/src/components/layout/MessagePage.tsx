import type { ReactNode } from 'react';

import { PageShell } from './PageShell';

export interface MessagePageProps {
  title: ReactNode;
  lead: ReactNode;
  /** Address of a 300 by 400 print, decoration. */
  art: string;
  /** The ways on. */
  children: ReactNode;
}

/** A page that says one thing and shows the ways on. */
export function MessagePage({ title, lead, art, children }: MessagePageProps) {
  return (
    <PageShell>
      <div className="mx-auto grid w-full max-w-6xl items-center gap-10 px-5 py-14 sm:px-8 md:grid-cols-[minmax(0,1fr)_16rem] lg:py-24">
        <div className="grid gap-5">
          <h1 className="font-display text-4xl leading-[1.02] font-extrabold tracking-tight text-balance sm:text-6xl">
            {title}
          </h1>
          <p className="max-w-md text-lg text-muted text-pretty">{lead}</p>
          <div className="mt-2 flex flex-wrap gap-3">{children}</div>
        </div>
        <img src={art} alt="" width={300} height={400} loading="lazy" className="print h-auto w-48 -rotate-2 md:w-full" />
      </div>
    </PageShell>
  );
}
