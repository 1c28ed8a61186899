'use client';

import { useRouter } from 'next/navigation';
import { useEffect, type ReactNode } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { useSessionStore } from '@/store/sessionStore';

import { useRetry } from '../hooks/useRetry';

export interface RequireSessionProps {
  /** Drawn only for somebody who is logged in, and drawn anew for another session. */
  children: ReactNode;
  /** Drawn while the session is being restored: the shape of the page, nothing private. */
  fallback: ReactNode;
}

/** The way to the log-in page, and back to here after it. */
function toLogin(): string {
  const { pathname, search } = window.location;
  return `/login?next=${encodeURIComponent(pathname + search)}`;
}

/** Lets only the signed-in through; the others go to the log-in page, once the silent refresh has told. */
export function RequireSession({ children, fallback }: RequireSessionProps) {
  const { status, trouble, ended, restore } = useSessionStore();
  const router = useRouter();
  useRetry(trouble, restore);

  useEffect(() => {
    // Whoever has logged out does not want to be led back.
    if (status === 'anonymous') router.replace(ended === 'logged_out' ? '/login' : toLogin());
  }, [status, ended, router]);

  return (
    <>
      <LiveRegion>
        {status === 'unknown' && trouble && (
          <div className="mx-auto grid w-full max-w-xl justify-items-start gap-4 px-5 pt-8 sm:px-8">
            <Alert tone="warn" title={trouble.title}>
              You have not been logged out. We keep trying.
            </Alert>
            <Button variant="secondary" onClick={() => void restore()}>
              Try now
            </Button>
          </div>
        )}
      </LiveRegion>
      {status === 'authenticated' ? children : fallback}
    </>
  );
}
