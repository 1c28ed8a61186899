'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { Together } from '@/components/ui/Together';
import type { User } from '@/types/api';

import { VerifyEmail } from './VerifyEmail';

export interface ConfirmEmailBannerProps {
  /** Null while it is not known: when it cannot be found out, the page below says what is wrong. */
  user: User | null;
  /** The banner goes, and the button that was pressed with it: where the focus goes is the page's business. */
  onDismiss: () => void;
}

/** Lets whoever has not confirmed their address do so in place; gone for this view of the page when they do not want to. */
export function ConfirmEmailBanner({ user, onDismiss }: ConfirmEmailBannerProps) {
  const [dismissed, setDismissed] = useState(false);
  const [verified, setVerified] = useState(false);
  const place = useRef<HTMLElement>(null);

  function dismiss() {
    setDismissed(true);
    onDismiss();
  }

  function done() {
    setVerified(true);
    // The form that had the focus goes.
    place.current?.focus();
  }

  if (dismissed || user === null || user.email_verified) return null;
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label="Your e-mail address"
      className="mx-auto w-full max-w-6xl px-5 pt-6 outline-none sm:px-8"
    >
      {!verified && (
        <Alert tone="warn" title={<Together text="Confirm your e-mail address" />}>
          <VerifyEmail email={user.email} onVerified={done}>
            <Button variant="quiet" size="small" onClick={dismiss}>
              Not now
            </Button>
          </VerifyEmail>
        </Alert>
      )}
      <LiveRegion>{verified && <Alert tone="good">Your e-mail address is confirmed.</Alert>}</LiveRegion>
    </section>
  );
}
