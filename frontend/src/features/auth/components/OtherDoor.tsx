'use client';

import Link from 'next/link';
import { useSyncExternalStore, type ReactNode } from 'react';

const never = () => () => undefined;

/** The `?next=` of this page's address, to be handed on; the page behind it judges it. */
function useNextQuery(): string {
  const search = useSyncExternalStore(
    never,
    () => window.location.search,
    () => '',
  );
  const next = new URLSearchParams(search).get('next');
  return next ? `?next=${encodeURIComponent(next)}` : '';
}

export interface OtherDoorProps {
  to: '/login' | '/signup';
  children: ReactNode;
}

/** A link from one form at the front door to the other, which keeps where the person wanted to go. */
export function OtherDoor({ to, children }: OtherDoorProps) {
  return <Link href={to + useNextQuery()}>{children}</Link>;
}
