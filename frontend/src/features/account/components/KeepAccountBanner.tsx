'use client';

import { useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';

import { useMe } from '../hooks/useMe';
import { KeepAccount } from './KeepAccount';

/** For somebody whose account is about to be deleted: when, and the way to keep it. */
export function KeepAccountBanner() {
  const { view } = useMe();
  const [kept, setKept] = useState(false);
  // Where it could not be found out, the page below says what is wrong.
  const dueAt = view.phase === 'ready' ? view.facts.deletion_due_at : null;
  if (dueAt === null) return null;
  return (
    <section aria-label="Your account" className="mx-auto w-full max-w-6xl px-5 pt-6 sm:px-8">
      {!kept && <KeepAccount dueAt={dueAt} onKept={() => setKept(true)} />}
      <LiveRegion>{kept && <Alert tone="good">Your account stays.</Alert>}</LiveRegion>
    </section>
  );
}
