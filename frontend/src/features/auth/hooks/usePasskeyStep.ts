import { useEffect, useRef, useState } from 'react';

import type { Refusal } from '@/forms/useSubmission';
import { passkeyService } from '@/services/passkeyService';
import { Problem, problemOf } from '@/services/problem';
import { takePasskey } from '@/services/webAuthn';
import { useSessionStore } from '@/store/sessionStore';

/** The server speaks of codes; here it is a passkey. */
function inWords(problem: Problem): Problem {
  if (problem.code !== 'wrong_factor_code') return problem;
  const { status, code, instance } = problem;
  return new Problem({
    status,
    code,
    instance,
    title: 'That passkey was not accepted',
    detail: 'Please try again, or use another way.',
  });
}

/** The second step by passkey. Who calls it off is told nothing; a ticket that ended leads back to the password. */
export function usePasskeyStep(ticket: string, onSuccess: () => void, onEnd: (problem: Problem) => void) {
  const enter = useSessionStore((session) => session.enter);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const running = useRef<AbortController>(undefined);

  useEffect(() => () => running.current?.abort(), []);

  async function ask(trust: boolean) {
    if (busy) return;
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
      else if (problem.code !== 'cancelled') setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      setBusy(false);
      return;
    }
    onSuccess();
  }

  return { ask, busy, refusal };
}
