'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import type { User } from '@/types/api';

import { KeepAccount } from './KeepAccount';

const STAYS = 'Your account stays.';
const STAYS_CANCELLED = 'Your account stays. Your subscription stays cancelled until you resume it.';

export interface KeepAccountBannerProps {
  /** Null while it is not known: when it cannot be found out, the page below says what is wrong. */
  user: User | null;
  /** The account stays: for what else the page says of it. */
  onKept: () => void;
}

/** For somebody whose account is about to be deleted: when, and the way to keep it. */
export function KeepAccountBanner({ user, onKept }: KeepAccountBannerProps) {
  const [kept, setKept] = useState(false);
  const place = useRef<HTMLElement>(null);

  function stays() {
    setKept(true);
    onKept();
    // The button that was pressed goes.
    place.current?.focus();
  }

  if (user === null || (user.deletion_due_at === null && !kept)) return null;
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label="Your account"
      className="mx-auto w-full max-w-6xl px-5 pt-6 outline-none sm:px-8"
    >
      {!kept && user.deletion_due_at !== null && <KeepAccount dueAt={user.deletion_due_at} onKept={stays} />}
      <LiveRegion>{kept && <Alert tone="good">{user.subscription_status === 'unsubscribed' ? STAYS : STAYS_CANCELLED}</Alert>}</LiveRegion>
    </section>
  );
}
