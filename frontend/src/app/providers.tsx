'use client';

import { useEffect, type ReactNode } from 'react';

import { bindCredentials } from '@/services/apiClient';
import { useSessionStore } from '@/store/sessionStore';

import { useFocusAfterMove } from './useFocusAfterMove';

// Here the client and the store meet; they do not know each other.
const { read, renew, drop } = useSessionStore.getState();
bindCredentials({ read, renew, drop });

/** Starts what every page needs: the silent restoring of the session, and keeping it in step with the other tabs. */
export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => {
    const { follow, restore } = useSessionStore.getState();
    const leave = follow();
    void restore();
    return leave;
  }, []);
  useFocusAfterMove();

  return children;
}
