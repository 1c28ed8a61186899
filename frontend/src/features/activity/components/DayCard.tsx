import type { ReactNode } from 'react';

import { Card } from '@/components/ui/Card';

export interface DayCardProps {
  busy?: boolean;
  name: ReactNode;
  children: ReactNode;
}

/** The events of one day. */
export function DayCard({ busy = false, name, children }: DayCardProps) {
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <h2 className="min-h-7 font-display text-xl font-bold tracking-tight">{name}</h2>
      <ol className="divide-y divide-line">{children}</ol>
    </Card>
  );
}
