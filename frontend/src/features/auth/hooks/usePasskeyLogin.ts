import { useCallback, useEffect, useRef, useState } from 'react';

import { sendProving } from '@/forms/proving';
import type { Refusal } from '@/forms/useSubmission';
import { useCountdown } from '@/forms/useCountdown';
import { passkeyService } from '@/services/passkeyService';
import { Problem, problemOf } from '@/services/problem';
import { offersPasskeys, takePasskey } from '@/services/webAuthn';
import { useSessionStore } from '@/store/sessionStore';

/** A challenge is good for five minutes: what is on offer is renewed before. */
const RENEW_MS = 240_000;

/** The server does not say what was wrong; to the person it can only be this. */
function inWords(problem: Problem): Problem {
  if (problem.code !== 'invalid_credentials') return problem;
  const { status, code, instance } = problem;
  return new Problem({
    status,
    code,
    instance,
    title: 'That passkey was not accepted',
    detail: 'It may have been removed from your account. Use another one, or log in with your password.',
  });
}

/**
 * Logging in by passkey: offered where the e-mail is typed as long as the form is there, and asked for by the button.
 * Who calls it off is told nothing: they know. `remember` reads the form's checkbox when it matters.
 */
export function usePasskeyLogin(remember: () => boolean, onSuccess: () => void) {
  const enter = useSessionStore((session) => session.enter);
  const [busy, setBusy] = useState(false);
  const [proving, setProving] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { left, start } = useCountdown();
  const running = useRef<AbortController>(undefined);
  // The person is at it: has pressed the button, or taken what was on offer. No offer replaces that.
  const underWay = useRef(false);
  // What the form hands down may be another function with each drawing; a ceremony outlives many of them.
  const latest = useRef({ remember, onSuccess, start });
  useEffect(() => {
    latest.current = { remember, onSuccess, start };
  });

  /** One ceremony; whether it was called off. The one before ends: a browser does one at a time. */
  const attempt = useCallback(
    async (offered: boolean): Promise<boolean> => {
      running.current?.abort();
      const mine = new AbortController();
      running.current = mine;
      let answered = false;
      try {
        const answer = await takePasskey(await passkeyService.loginOptions(), { called: mine.signal, offered });
        answered = true;
        underWay.current = true;
        setBusy(true);
        setRefusal(null);
        await sendProving(
          (proof) => enter(() => passkeyService.login(answer, latest.current.remember(), proof)),
          mine.signal,
          () => setProving(true),
        );
        latest.current.onSuccess();
        return false;
      } catch (failure) {
        const problem = inWords(problemOf(failure));
        const replaced = running.current !== mine;
        // An offer that cannot be made is none: there is the button, and the password.
        const quiet = problem.code === 'cancelled' || replaced || (offered && !answered);
        if (!quiet) {
          setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
          latest.current.start(problem.retry_after ?? 0);
        }
        if (!replaced) {
          underWay.current = false;
          setBusy(false);
        }
        setProving(false);
        return replaced;
      }
    },
    [enter],
  );

  const offer = useCallback(
    () => void offersPasskeys().then((possible) => (possible && !underWay.current ? attempt(true) : undefined)),
    [attempt],
  );

  useEffect(() => {
    offer();
    const renewal = setInterval(() => {
      if (running.current) offer();
    }, RENEW_MS);
    return () => {
      clearInterval(renewal);
      running.current?.abort();
      running.current = undefined;
    };
  }, [offer]);

  async function ask() {
    if (underWay.current || left > 0) return;
    underWay.current = true;
    setBusy(true);
    setRefusal(null);
    const replaced = await attempt(false);
    if (!replaced && useSessionStore.getState().status !== 'authenticated') offer();
  }

  return { ask, busy, proving, refusal, left };
}
