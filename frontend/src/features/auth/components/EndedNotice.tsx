'use client';

import { useEffect, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { useSessionStore } from '@/store/sessionStore';

const WORDS = {
  logged_out: { tone: 'good', text: 'You are logged out.' },
  expired: { tone: 'info', text: 'Your session has ended. Please log in again.' },
  password_reset: { tone: 'good', text: 'Your password is changed. Please log in with the new one.' },
  deleted: { tone: 'info', text: 'Your account will be deleted in 7 days. To keep it, log in.' },
} as const;

/** A screen reader has found the region by then, and hears what comes into it. */
const FOUND_MS = 100;

/** Why somebody who was signed in sees the log-in page. */
export function EndedNotice() {
  const ended = useSessionStore((session) => session.ended);
  const [found, setFound] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setFound(true), FOUND_MS);
    return () => clearTimeout(timer);
  }, []);

  const notice = ended && <Alert tone={WORDS[ended].tone}>{WORDS[ended].text}</Alert>;
  return (
    <>
      <LiveRegion hidden={!found || !ended}>{found && notice}</LiveRegion>
      {/* The eye has it at once, in the same place: nothing moves when the region takes it. */}
      {!found && notice}
    </>
  );
}
