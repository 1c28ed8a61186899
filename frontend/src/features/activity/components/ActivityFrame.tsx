import Link from 'next/link';
import type { ReactNode, Ref } from 'react';

import { PanelFrame } from '@/components/layout/PanelFrame';
import { Card } from '@/components/ui/Card';

export interface ActivityFrameProps {
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** The page about what happened, loaded or not. */
export function ActivityFrame({ heading, children }: ActivityFrameProps) {
  return (
    <PanelFrame
      title="Recent activity"
      kicker="Your account"
      heading={heading}
      aside={
        <Card as="section" className="grid content-start gap-3">
          <h2 className="font-display text-xl font-bold tracking-tight">How to read this</h2>
          <p className="text-muted">
            Everything that was done with your account, or tried, the latest first. What is written here is never
            edited.
          </p>
          <p className="text-muted">
            Something you do not know? See <Link href="/dashboard/security">where you are logged in</Link>, and sign it
            out there.
          </p>
        </Card>
      }
    >
      {children}
    </PanelFrame>
  );
}
