'use client';

import Link from 'next/link';
import { useEffect, useSyncExternalStore } from 'react';

import { who } from '@/services/who';
import { useSessionStore } from '@/store/sessionStore';

/** The name of whoever is logged in, else their address; it leads to where both are changed. */
export function WhoIsIn() {
  const loggedIn = useSessionStore(({ status }) => status === 'authenticated');
  const found = useSyncExternalStore(who.subscribe, who.read, () => null);

  useEffect(() => {
    if (!loggedIn) who.forget();
    // The pages tell a failure; here it only means that nobody is named.
    else if (who.read() === null) who.ask().catch(() => undefined);
  }, [loggedIn]);

  if (!loggedIn || found === null) return null;
  return (
    <Link
      href="/dashboard/settings"
      title={found.email}
      className="flex min-w-0 items-center font-medium text-muted no-underline hover:text-ink sm:min-h-10"
    >
      <span className="sr-only">Logged in as </span>
      <span className="truncate">{found.name || found.email}</span>
    </Link>
  );
}
