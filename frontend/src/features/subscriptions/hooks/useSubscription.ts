import { useCallback } from 'react';

import { problemOf } from '@/services/problem';
import { subscriptionService } from '@/services/subscriptionService';
import { both, useLoaded, type LoadedDesk } from '@/store/useLoaded';
import type { Subscription, User } from '@/types/api';

/** Who is logged in, as the page has asked already. */
export type Me = Omit<LoadedDesk<User>, 'amend'>;

export interface SubscriptionDesk extends Omit<LoadedDesk<[Subscription, User]>, 'amend'> {
  /** Ends the subscription at the end of its period. Throws `Problem`. */
  cancel: () => Promise<Subscription>;
  /** Takes a cancellation back. Throws `Problem`. */
  resume: () => Promise<Subscription>;
}

/** The signed-in user's subscription, whose it is, and what can be done with it. */
export function useSubscription(me: Me): SubscriptionDesk {
  const { view, reload, amend } = useLoaded(subscriptionService.current);

  const change = useCallback(
    async (ask: () => Promise<Subscription>) => {
      try {
        const subscription = await ask();
        amend(() => subscription);
        return subscription;
      } catch (failure) {
        throw problemOf(failure);
      }
    },
    [amend],
  );

  /** Reads the subscription again, and who is logged in only where that is not known: it is still the same person. */
  async function again() {
    await Promise.all([reload(), me.view.phase === 'failed' && me.reload()]);
  }

  return {
    view: both(view, me.view),
    reload: again,
    cancel: useCallback(() => change(subscriptionService.cancel), [change]),
    resume: useCallback(() => change(subscriptionService.resume), [change]),
  };
}
