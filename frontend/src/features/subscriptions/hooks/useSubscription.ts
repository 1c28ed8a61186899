import { useCallback, useEffect, useState } from 'react';

import { problemOf, type Problem } from '@/services/problem';
import { subscriptionService } from '@/services/subscriptionService';
import { userService } from '@/services/userService';
import type { Subscription, User } from '@/types/api';

/** What the dashboard knows at the moment. */
export type View =
  | { phase: 'loading' }
  | { phase: 'failed'; problem: Problem; retrying: boolean }
  | { phase: 'ready'; subscription: Subscription; user: User; /** Milliseconds. */ readAt: number };

async function read(): Promise<View> {
  try {
    const [subscription, user] = await Promise.all([subscriptionService.current(), userService.me()]);
    return { phase: 'ready', subscription, user, readAt: Date.now() };
  } catch (failure) {
    return { phase: 'failed', problem: problemOf(failure), retrying: false };
  }
}

export interface SubscriptionDesk {
  view: View;
  /** Reads again, keeping on show what is there. Never throws: the view tells. */
  reload: () => Promise<void>;
  /** Ends the subscription at the end of its period. Throws `Problem`. */
  cancel: () => Promise<Subscription>;
  /** Takes a cancellation back. Throws `Problem`. */
  resume: () => Promise<Subscription>;
}

/** The signed-in user's subscription, and what can be done with it. */
export function useSubscription(): SubscriptionDesk {
  const [view, setView] = useState<View>({ phase: 'loading' });

  useEffect(() => {
    let gone = false;
    void read().then((found) => {
      if (!gone) setView(found);
    });
    return () => {
      gone = true;
    };
  }, []);

  const reload = useCallback(async () => {
    setView((before) => (before.phase === 'failed' ? { ...before, retrying: true } : before));
    setView(await read());
  }, []);

  const change = useCallback(async (ask: () => Promise<Subscription>) => {
    try {
      const subscription = await ask();
      setView((before) => (before.phase === 'ready' ? { ...before, subscription, readAt: Date.now() } : before));
      return subscription;
    } catch (failure) {
      throw problemOf(failure);
    }
  }, []);

  return {
    view,
    reload,
    cancel: useCallback(() => change(subscriptionService.cancel), [change]),
    resume: useCallback(() => change(subscriptionService.resume), [change]),
  };
}
