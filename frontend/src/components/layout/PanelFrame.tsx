import type { ReactNode, Ref } from 'react';

export interface PanelFrameProps {
  /** The one `h1` of the page. */
  title: string;
  /** What the page belongs to. */
  kicker: string;
  /** Receives the focus after a step that replaces what had it. */
  heading?: Ref<HTMLHeadingElement>;
  aside: ReactNode;
  children: ReactNode;
}

/** Heading, main sheet and side sheet of a page of the dashboard. */
export function PanelFrame({ title, kicker, heading, aside, children }: PanelFrameProps) {
  return (
    <div className="mx-auto grid w-full max-w-6xl grid-cols-[minmax(0,1fr)] gap-8 px-5 py-10 sm:px-8 lg:py-14">
      <div className="grid gap-1">
        <p className="text-[0.9375rem] font-medium text-muted">{kicker}</p>
        <h1
          ref={heading}
          tabIndex={-1}
          className="w-fit font-display text-4xl leading-[1.05] font-extrabold tracking-tight outline-none sm:text-5xl"
        >
          {title}
        </h1>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0">{children}</div>
        {aside}
      </div>
    </div>
  );
}
