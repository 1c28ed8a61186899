import Link from 'next/link';
import type { ReactNode, Ref } from 'react';

import { PanelFrame } from '@/components/layout/PanelFrame';
import { Card } from '@/components/ui/Card';

export interface SecurityFrameProps {
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** The page about who can get in, loaded or not. */
export function SecurityFrame({ heading, children }: SecurityFrameProps) {
  return (
    <PanelFrame
      title="Security"
      kicker="Your account"
      heading={heading}
      aside={
        <Card as="section" className="grid content-start gap-3">
          <h2 className="font-display text-xl font-bold tracking-tight">Not one of yours?</h2>
          <p className="text-muted">
            Log it out. It cannot open anything from that moment on, and needs your password to come back.
          </p>
          <p className="text-muted">
            What was done, and from where, is under <Link href="/dashboard/activity">recent activity</Link>.
          </p>
        </Card>
      }
    >
      {children}
    </PanelFrame>
  );
}
