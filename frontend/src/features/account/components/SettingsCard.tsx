import type { ReactNode, Ref } from 'react';

import { Card } from '@/components/ui/Card';

export interface SettingsCardProps {
  title: string;
  busy?: boolean;
  /** Receives the focus after a step that replaces what had it. */
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** One sheet of the settings. */
export function SettingsCard({ title, busy = false, heading, children }: SettingsCardProps) {
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <h2
        ref={heading}
        tabIndex={-1}
        className="font-display text-2xl leading-tight font-bold tracking-tight outline-none"
      >
        {title}
      </h2>
      {children}
    </Card>
  );
}
