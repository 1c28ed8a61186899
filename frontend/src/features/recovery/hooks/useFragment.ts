import { useState, useSyncExternalStore } from 'react';

/**
 * Holds what stands behind the `#` of the address, and takes it away from there: it may be a secret, which history,
 * bookmarks and screenshots would keep.
 */
function fragmentStore() {
  let fragment: string | null = null;
  return {
    read: () => fragment,
    subscribe: (changed: () => void) => {
      const take = () => {
        const { hash, pathname, search } = window.location;
        // The second look finds what the first has left.
        if (fragment !== null && hash === '') return;
        // With the state that is there: the router would not know an entry without it.
        window.history.replaceState(window.history.state, '', pathname + search);
        fragment = hash.slice(1);
        changed();
      };
      take();
      window.addEventListener('hashchange', take);
      return () => window.removeEventListener('hashchange', take);
    },
  };
}

/** The fragment with which the page was opened, in memory only; null until the page has looked. */
export function useFragment(): string | null {
  const [store] = useState(fragmentStore);
  return useSyncExternalStore(store.subscribe, store.read, () => null);
}
