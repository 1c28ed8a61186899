/** What a tab tells the others of the same site. */
export type News = 'signed-in' | 'signed-out';

/** The other tabs of the same browser: doing something alone among them, and telling them. */
export interface Tabs {
  /** Runs `work` while no other tab, and nothing else in this one, runs its own. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  tell: (news: News) => void;
  /** Listens until the returned function is called. A tab does not hear itself, and is heard only while it listens. */
  listen: (heard: (news: News) => void) => () => void;
}

/** Queues one after the other within this tab: for pages where Web Locks are absent (plain http on a network). */
function queue(): Tabs['alone'] {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** The tabs that share `name`, by Web Locks and BroadcastChannel. */
export function browserTabs(name: string): Tabs {
  const queued = queue();
  let channel: BroadcastChannel | null = null;
  return {
    alone: <T>(work: () => Promise<T>): Promise<T> =>
      typeof navigator !== 'undefined' && 'locks' in navigator ? navigator.locks.request(name, work) : queued(work),
    tell: (news) => channel?.postMessage(news),
    listen: (heard) => {
      const opened = new BroadcastChannel(name);
      opened.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data === 'signed-in' || data === 'signed-out') heard(data);
      };
      channel = opened;
      return () => {
        opened.close();
        if (channel === opened) channel = null;
      };
    },
  };
}
