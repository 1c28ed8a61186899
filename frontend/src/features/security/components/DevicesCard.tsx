import type { ReactNode } from 'react';

import { Card } from '@/components/ui/Card';

export interface DevicesCardProps {
  busy?: boolean;
  /** The rows. */
  children: ReactNode;
  footer: ReactNode;
}

/** The sheet with the list of browsers. */
export function DevicesCard({ busy = false, children, footer }: DevicesCardProps) {
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)]">
      <h2 className="font-display text-2xl leading-tight font-bold tracking-tight">Where you are logged in</h2>
      <ul className="mt-2 divide-y divide-line">{children}</ul>
      <div className="flex min-h-12 flex-wrap items-center gap-3 border-t border-line pt-6">{footer}</div>
    </Card>
  );
}
