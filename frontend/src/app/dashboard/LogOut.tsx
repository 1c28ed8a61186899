'use client';

import { useState } from 'react';

import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { sentence } from '@/lib/format';
import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

/** The way out, for whoever is logged in; the guard then leads to the log-in page. */
export function LogOut() {
  const signedIn = useSessionStore(({ status }) => status === 'authenticated');
  const logout = useSessionStore((session) => session.logout);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function leave() {
    setBusy(true);
    setRefusal(null);
    try {
      await logout();
    } catch (failure) {
      setRefusal(problemOf(failure).title);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <LiveRegion urgency="assertive">
        {refusal && <span className="text-[0.9375rem] font-medium text-bad">{sentence(refusal)} You are still logged in.</span>}
      </LiveRegion>
      <div className="min-h-10">
        {signedIn && (
          <Button variant="secondary" size="small" busy={busy} onClick={() => void leave()}>
            Log out
          </Button>
        )}
      </div>
    </>
  );
}
