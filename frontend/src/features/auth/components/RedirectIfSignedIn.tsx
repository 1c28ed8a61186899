'use client';

import { useEffect, type ReactNode } from 'react';

import { useSessionStore } from '@/store/sessionStore';

import { useGoOn } from '../hooks/useGoOn';

/** For the log-in and sign-up pages: whoever is logged in already, or logs in from another tab, goes on. */
export function RedirectIfSignedIn({ children }: { children: ReactNode }) {
  const signedIn = useSessionStore(({ status }) => status === 'authenticated');
  const goOn = useGoOn();

  useEffect(() => {
    if (signedIn) goOn();
  }, [signedIn, goOn]);

  // The form stays while the silent refresh asks: nobody should wait for it, and password managers look at once.
  return children;
}
