import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** The `?next=` of this page's address, to be handed on; the page behind it judges it. */
export function useNextQuery(): string {
  const search = useSyncExternalStore(
    never,
    () => window.location.search,
    () => '',
  );
  const next = new URLSearchParams(search).get('next');
  return next ? `?next=${encodeURIComponent(next)}` : '';
}
