import { useCallback, useEffect, useRef, useState } from 'react';

import { problemOf, type Problem } from '@/services/problem';

/** What a page knows of the facts that it shows. */
export type Loaded<Facts> =
  | { phase: 'loading' }
  | {
      phase: 'failed';
      problem: Problem;
      retrying: boolean;
      /** The facts have not been on show yet, so that nothing can have been done to them here. */
      unseen: boolean;
    }
  | { phase: 'ready'; facts: Facts; /** Milliseconds. */ readAt: number };

export interface LoadedDesk<Facts> {
  view: Loaded<Facts>;
  /** Reads again. What is there stays on show until it is known what came of that. Never throws: the view tells. */
  reload: () => Promise<void>;
  /** Changes the facts on show to what is now known of them. */
  amend: (change: (facts: Facts) => Facts) => void;
}

/** Two readings that a page shows as one: failed when either is, ready when both are. */
export function both<First, Second>(first: Loaded<First>, second: Loaded<Second>): Loaded<[First, Second]> {
  if (first.phase === 'failed') return first;
  if (second.phase === 'failed') return second;
  if (first.phase === 'loading' || second.phase === 'loading') return { phase: 'loading' };
  return { phase: 'ready', facts: [first.facts, second.facts], readAt: first.readAt };
}

/** Facts read from the server when the page opens. `read` must stay the same function. */
export function useLoaded<Facts>(read: () => Promise<Facts>): LoadedDesk<Facts> {
  const [view, setView] = useState<Loaded<Facts>>({ phase: 'loading' });
  // Of two readings that overlap, only the later one is the truth; after the page is gone, none is.
  const latest = useRef(0);
  const seen = useRef(false);
  const running = useRef(0);

  const look = useCallback(async (unasked = false) => {
    latest.current += 1;
    running.current += 1;
    const mine = latest.current;
    let found: Loaded<Facts>;
    try {
      const facts = await read();
      found = { phase: 'ready', facts, readAt: Date.now() };
    } catch (failure) {
      found = { phase: 'failed', problem: problemOf(failure), retrying: false, unseen: !seen.current };
    }
    running.current -= 1;
    // What nobody asked for takes nothing away when it fails.
    if (mine !== latest.current || (unasked && found.phase === 'failed')) return;
    if (found.phase === 'ready') seen.current = true;
    setView(found);
  }, [read]);

  useEffect(() => {
    void look();
    return () => {
      latest.current += 1;
    };
  }, [look]);

  // Another tab may have changed something, and the network may be back: looked for when the person is.
  useEffect(() => {
    const again = () => {
      // One that is under way is asked for, and must not be lost for this one.
      if (document.visibilityState === 'visible' && running.current === 0) void look(true);
    };
    document.addEventListener('visibilitychange', again);
    window.addEventListener('online', again);
    return () => {
      document.removeEventListener('visibilitychange', again);
      window.removeEventListener('online', again);
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
