'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import type { User } from '@/types/api';

import { KeepAccount } from './KeepAccount';

export interface KeepAccountBannerProps {
  /** Null while it is not known: when it cannot be found out, the page below says what is wrong. */
  user: User | null;
}

/** For somebody whose account is about to be deleted: when, and the way to keep it. */
export function KeepAccountBanner({ user }: KeepAccountBannerProps) {
  const [kept, setKept] = useState(false);
  const place = useRef<HTMLElement>(null);

  function stays() {
    setKept(true);
    // The button that was pressed goes.
    place.current?.focus();
  }

  if (user === null || user.deletion_due_at === null) return null;
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label="Your account"
      className="mx-auto w-full max-w-6xl px-5 pt-6 outline-none sm:px-8"
    >
      {!kept && <KeepAccount dueAt={user.deletion_due_at} onKept={stays} />}
      <LiveRegion>{kept && <Alert tone="good">Your account stays.</Alert>}</LiveRegion>
    </section>
  );
}
