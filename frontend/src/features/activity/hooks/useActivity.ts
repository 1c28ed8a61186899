import { useCallback, useState } from 'react';

import { eventService } from '@/services/eventService';
import { problemOf, type Problem } from '@/services/problem';
import { useLoaded } from '@/store/useLoaded';
import type { ActivityPage } from '@/types/api';

const read = (): Promise<ActivityPage> => eventService.page();

/** A page that has arrived: the id of its first event, null when there was none. */
export interface Fetched {
  first: string | null;
}

/** The user's events so far, and the way to older ones. */
export function useActivity() {
  const { view, reload, amend } = useLoaded(read);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const next = view.phase === 'ready' ? view.facts.next : null;

  /** Puts the next page below; null when it could not be had. Never throws: `refusal` tells. */
  const more = useCallback(async (): Promise<Fetched | null> => {
    if (next === null) return null;
    setBusy(true);
    setRefusal(null);
    try {
      const page = await eventService.page(next);
      amend((shown) => ({ events: [...shown.events, ...page.events], next: page.next }));
      return { first: page.events[0]?.id ?? null };
    } catch (failure) {
      setRefusal(problemOf(failure));
      return null;
    } finally {
      setBusy(false);
    }
  }, [next, amend]);

  return { view, reload, more, busy, refusal };
}
