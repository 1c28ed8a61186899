import type { ReactNode } from 'react';

import { Card } from '@/components/ui/Card';

export interface SettingsCardProps {
  title: string;
  busy?: boolean;
  children: ReactNode;
}

/** One sheet of the settings. */
export function SettingsCard({ title, busy = false, children }: SettingsCardProps) {
  return (
    <Card as="section" aria-busy={busy || undefined} className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <h2 className="font-display text-2xl leading-tight font-bold tracking-tight">{title}</h2>
      {children}
    </Card>
  );
}
