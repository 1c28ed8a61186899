import Link from 'next/link';
import type { ReactNode, Ref } from 'react';

import { PanelFrame } from '@/components/layout/PanelFrame';
import { Card } from '@/components/ui/Card';

export interface SettingsFrameProps {
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** The page about how one gets in, loaded or not. */
export function SettingsFrame({ heading, children }: SettingsFrameProps) {
  return (
    <PanelFrame
      title="Settings"
      kicker="Your account"
      heading={heading}
      aside={
        <Card as="section" className="grid content-start gap-3">
          <h2 className="font-display text-xl font-bold tracking-tight">Good to know</h2>
          <p className="text-muted">
            We send you a mail about every change here but that of your name, so that nobody makes one without your
            knowledge.
          </p>
          <p className="text-muted">
            Your password, your passkeys and where you are logged in are under <Link href="/dashboard/security">Security</Link>.
          </p>
        </Card>
      }
    >
      {children}
    </PanelFrame>
  );
}
