import type { ReactNode, Ref } from 'react';

import { Card } from '@/components/ui/Card';
import { CardHeading } from '@/components/ui/CardHeading';
import { Together } from '@/components/ui/Together';

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
      <CardHeading ref={heading}>
        <Together text={title} />
      </CardHeading>
      {children}
    </Card>
  );
}
