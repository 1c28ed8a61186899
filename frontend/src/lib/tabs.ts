/** What a tab tells the others of the same site. */
export type News = 'signed-in' | 'signed-out';

/** The other tabs of the same browser: doing something alone among them, and telling them. */
export interface Tabs {
  /**
   * Runs `work` while no other tab, and nothing else in this one, runs its own. Where the browser does not tell, or a tab that it has
   * stopped stands in the way, only nothing else in this one.
   */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  tell: (news: News) => void;
  /** Listens until the returned function is called. A tab does not hear itself, and is heard only while it listens. */
  listen: (heard: (news: News) => void) => () => void;
}

/** So long is another tab waited for; what is done alone takes less. The server forgives two that renew at once. */
const PATIENCE_MS = 5000;
const LITTLE_PATIENCE_MS = 500;

/** Queues one after the other within this tab. */
function queue(): Tabs['alone'] {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** The tabs that share `name`, by Web Locks and BroadcastChannel: as far as the browser grants them, which it may not without cookies. */
export function browserTabs(name: string): Tabs {
  const queued = queue();
  let patience = PATIENCE_MS;
  let channel: BroadcastChannel | null = null;
  return {
    alone: async <T>(work: () => Promise<T>): Promise<T> => {
      // Absent on plain http in a network, and in old browsers.
      if (typeof navigator === 'undefined' || !('locks' in navigator)) return queued(work);
      const waiting = new AbortController();
      const timer = setTimeout(() => waiting.abort(), patience);
      let begun = false;
      try {
        return await navigator.locks.request(name, { signal: waiting.signal }, () => {
          clearTimeout(timer);
          begun = true;
          patience = PATIENCE_MS;
          return work();
        });
      } catch (failure) {
        if (begun) throw failure;
        // It will hardly have moved the next time.
        if (waiting.signal.aborted) patience = LITTLE_PATIENCE_MS;
        return queued(work);
      } finally {
        clearTimeout(timer);
      }
    },
    tell: (news) => channel?.postMessage(news),
    listen: (heard) => {
      try {
        const opened = new BroadcastChannel(name);
        opened.onmessage = ({ data }: MessageEvent<unknown>) => {
          if (data === 'signed-in' || data === 'signed-out') heard(data);
        };
        channel = opened;
        return () => {
          opened.close();
          if (channel === opened) channel = null;
        };
      } catch {
        return () => undefined;
      }
    },
  };
}
