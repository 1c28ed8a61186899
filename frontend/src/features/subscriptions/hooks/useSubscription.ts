import { useCallback } from 'react';

import { problemOf } from '@/services/problem';
import { subscriptionService } from '@/services/subscriptionService';
import { userService } from '@/services/userService';
import { useLoaded, type LoadedDesk } from '@/store/useLoaded';
import type { Subscription, User } from '@/types/api';

interface Facts {
  subscription: Subscription;
  user: User;
}

async function read(): Promise<Facts> {
  const [subscription, user] = await Promise.all([subscriptionService.current(), userService.me()]);
  return { subscription, user };
}

export interface SubscriptionDesk extends Omit<LoadedDesk<Facts>, 'amend'> {
  /** Ends the subscription at the end of its period. Throws `Problem`. */
  cancel: () => Promise<Subscription>;
  /** Takes a cancellation back. Throws `Problem`. */
  resume: () => Promise<Subscription>;
}

/** The signed-in user's subscription, and what can be done with it. */
export function useSubscription(): SubscriptionDesk {
  const { view, reload, amend } = useLoaded(read);

  const change = useCallback(
    async (ask: () => Promise<Subscription>) => {
      try {
        const subscription = await ask();
        amend((facts) => ({ ...facts, subscription }));
        return subscription;
      } catch (failure) {
        throw problemOf(failure);
      }
    },
    [amend],
  );

  return {
    view,
    reload,
    cancel: useCallback(() => change(subscriptionService.cancel), [change]),
    resume: useCallback(() => change(subscriptionService.resume), [change]),
  };
}
