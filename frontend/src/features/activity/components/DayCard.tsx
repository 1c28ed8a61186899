import type { ReactNode } from 'react';

import { Card } from '@/components/ui/Card';

export interface DayCardProps {
  busy?: boolean;
  name: ReactNode;
  children: ReactNode;
}

/** The events of one day. */
export function DayCard({ busy = false, name, children }: DayCardProps) {
  const Title = busy ? 'div' : 'h2'; // a heading without a text is none
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <Title className="min-h-7 font-display text-xl font-bold tracking-tight">{name}</Title>
      <ol className="divide-y divide-line">{children}</ol>
    </Card>
  );
}
