'use client';

import { useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LinkButton } from '@/components/ui/LinkButton';
import type { User } from '@/types/api';

export interface ConfirmEmailBannerProps {
  /** Null while it is not known: when it cannot be found out, the page below says what is wrong. */
  user: User | null;
  /** The banner goes, and the button that was pressed with it: where the focus goes is the page's business. */
  onDismiss: () => void;
}

/** Asks whoever has not confirmed their address to do so; gone for this view of the page when they do not want to. */
export function ConfirmEmailBanner({ user, onDismiss }: ConfirmEmailBannerProps) {
  const [dismissed, setDismissed] = useState(false);

  function dismiss() {
    setDismissed(true);
    onDismiss();
  }

  if (dismissed || user === null || user.email_verified) return null;
  return (
    <section aria-label="Your e-mail address" className="mx-auto w-full max-w-6xl px-5 pt-6 sm:px-8">
      <Alert tone="warn" title="Confirm your e-mail address">
        <p>So that we can help you when you forget your password.</p>
        <div className="mt-2 flex flex-wrap gap-2">
          <LinkButton href="/dashboard/settings" size="small">
            Confirm it
          </LinkButton>
          <Button variant="quiet" size="small" onClick={dismiss}>
            Not now
          </Button>
        </div>
      </Alert>
    </section>
  );
}
