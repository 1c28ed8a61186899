import { useState } from 'react';

import { problemOf } from '@/services/problem';
import type { Subscription } from '@/types/api';

import type { SubscriptionDesk } from './useSubscription';

type Change = 'cancel' | 'resume';

/** What a change came to, for the announcement: done, with the new facts, or refused, with the sentence. */
export type Outcome = { done: Change; subscription: Subscription } | { refused: string } | null;

/** Cancelling and resuming as the person sees them: the question, the work, and what came of it. */
export function useChanges({ cancel, resume, reload }: SubscriptionDesk) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState<Change | null>(null);
  const [outcome, setOutcome] = useState<Outcome>(null);

  async function perform(change: Change, ask: () => Promise<Subscription>) {
    if (busy) return;
    setBusy(change);
    setOutcome(null);
    try {
      const subscription = await ask();
      setAsking(false);
      setOutcome({ done: change, subscription });
    } catch (failure) {
      const { status, title } = problemOf(failure);
      setOutcome({ refused: title });
      // Somebody else was faster, in another tab for instance: show what is true now.
      if (status === 409) {
        setAsking(false);
        await reload();
      }
    } finally {
      setBusy(null);
    }
  }

  return {
    asking,
    busy,
    outcome,
    ask: () => {
      setOutcome(null);
      setAsking(true);
    },
    keep: () => {
      setOutcome(null);
      setAsking(false);
    },
    cancel: () => perform('cancel', cancel),
    resume: () => perform('resume', resume),
  };
}
