'use client';

import { Alert } from '@/components/ui/Alert';
import { useSessionStore } from '@/store/sessionStore';

import { StandingNotice } from './StandingNotice';

const WORDS = {
  logged_out: { tone: 'good', text: 'You are logged out.' },
  expired: { tone: 'info', text: 'Your session has ended. Please log in again.' },
  password_reset: { tone: 'good', text: 'Your password is changed. Please log in with the new one.' },
  deleted: { tone: 'info', text: 'Your account will be deleted in 7 days. To keep it, log in.' },
} as const;

/** Why somebody who was logged in sees the log-in page. */
export function EndedNotice() {
  const ended = useSessionStore((session) => session.ended);
  const words = typeof ended === 'string' ? WORDS[ended] : ended && ({ tone: 'info', text: ended.said } as const);
  return (
    <div className="ended contents">
      <StandingNotice>{words && <Alert tone={words.tone}>{words.text}</Alert>}</StandingNotice>
    </div>
  );
}
