'use client';

import Link from 'next/link';

import { useSessionStore } from '@/store/sessionStore';

import { StartLink } from './StartLink';

/** The end of the header: the two doors for a visitor, one for who is logged in. */
export function Visitor() {
  const loggedIn = useSessionStore(({ status }) => status === 'authenticated');
  return (
    <>
      {!loggedIn && (
        <Link
          href="/login"
          className="inline-flex min-h-10 items-center rounded-full px-2.5 font-semibold text-ink no-underline hover:bg-wash sm:px-4"
        >
          Log in
        </Link>
      )}
      <StartLink size="small">Sign up</StartLink>
    </>
  );
}
