import { useEffect, useRef, useState } from 'react';

import { useCountdown } from '@/forms/useCountdown';
import type { Refusal } from '@/forms/useSubmission';
import { passkeyService } from '@/services/passkeyService';
import { Problem, problemOf } from '@/services/problem';
import { takePasskey } from '@/services/webAuthn';
import { useSessionStore } from '@/store/sessionStore';

const TITLES: Record<string, string> = {
  // The server speaks of codes; here it is a passkey.
  wrong_factor_code: 'That passkey was not accepted',
  // Called off, or the device gave up. The person is half way in: silence would look like a page that hangs.
  cancelled: 'No passkey was used',
};

function inWords(problem: Problem): Problem {
  const { status, code, instance } = problem;
  const title = TITLES[code];
  return title ? new Problem({ status, code, instance, title, detail: 'Please try again, or use another way.' }) : problem;
}

/** The second step by passkey. Who calls it off can try again or go another way; a ticket that ended leads back. */
export function usePasskeyStep(ticket: string, onSuccess: () => void, onEnd: (problem: Problem) => void) {
  const enter = useSessionStore((session) => session.enter);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { left, start } = useCountdown();
  const running = useRef<AbortController>(undefined);

  useEffect(() => () => running.current?.abort(), []);

  async function ask(trust: boolean) {
    if (busy || left > 0) return;
    const mine = new AbortController();
    running.current = mine;
    setBusy(true);
    setRefusal(null);
    try {
      const answer = await takePasskey(await passkeyService.secondStepOptions(ticket), { called: mine.signal });
      await enter(() => passkeyService.secondStep(ticket, answer, trust));
    } catch (failure) {
      const problem = inWords(problemOf(failure));
      if (problem.code === 'ticket_ended') onEnd(problem);
      else setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
      setBusy(false);
      return;
    }
    onSuccess();
  }

  return { ask, busy, refusal, left };
}
