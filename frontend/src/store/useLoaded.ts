import { useCallback, useEffect, useRef, useState } from 'react';

import { problemOf, type Problem } from '@/services/problem';

/** What a page knows of the facts that it shows. */
export type Loaded<Facts> =
  | { phase: 'loading' }
  | { phase: 'failed'; problem: Problem; retrying: boolean }
  | { phase: 'ready'; facts: Facts; /** Milliseconds. */ readAt: number };

export interface LoadedDesk<Facts> {
  view: Loaded<Facts>;
  /** Reads again, keeping on show what is there. Never throws: the view tells. */
  reload: () => Promise<void>;
  /** Changes the facts on show to what is now known of them. */
  amend: (change: (facts: Facts) => Facts) => void;
}

/** Facts read from the server when the page opens. `read` must stay the same function. */
export function useLoaded<Facts>(read: () => Promise<Facts>): LoadedDesk<Facts> {
  const [view, setView] = useState<Loaded<Facts>>({ phase: 'loading' });
  // Of two readings that overlap, only the later one is the truth; after the page is gone, none is.
  const latest = useRef(0);

  const look = useCallback(async () => {
    latest.current += 1;
    const mine = latest.current;
    let found: Loaded<Facts>;
    try {
      const facts = await read();
      found = { phase: 'ready', facts, readAt: Date.now() };
    } catch (failure) {
      found = { phase: 'failed', problem: problemOf(failure), retrying: false };
    }
    if (mine === latest.current) setView(found);
  }, [read]);

  useEffect(() => {
    void look();
    return () => {
      latest.current += 1;
    };
  }, [look]);

  const reload = useCallback(async () => {
    setView((before) => (before.phase === 'failed' ? { ...before, retrying: true } : before));
    await look();
  }, [look]);

  const amend = useCallback((change: (facts: Facts) => Facts) => {
    setView((before) =>
      before.phase === 'ready' ? { ...before, facts: change(before.facts), readAt: Date.now() } : before,
    );
  }, []);

  return { view, reload, amend };
}
