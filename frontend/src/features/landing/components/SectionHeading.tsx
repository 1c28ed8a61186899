import type { ReactNode } from 'react';

export interface SectionHeadingProps {
  children: ReactNode;
  lead?: ReactNode;
}

/** The `h2` of a section and the sentence under it. */
export function SectionHeading({ children, lead }: SectionHeadingProps) {
  return (
    <div className="grid max-w-2xl gap-3">
      <h2 className="font-display text-4xl leading-[1.05] font-bold tracking-tight text-balance sm:text-5xl">
        {children}
      </h2>
      {lead && <p className="text-lg text-muted text-pretty">{lead}</p>}
    </div>
  );
}
