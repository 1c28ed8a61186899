import { useCallback, useEffect, useRef, useState } from 'react';

import { sendProving } from '@/forms/proving';
import type { Refusal } from '@/forms/useSubmission';
import { useCountdown } from '@/forms/useCountdown';
import { passkeyService } from '@/services/passkeyService';
import { signalUnknown } from '@/services/passkeySignals';
import { Problem, problemOf, type ProblemCode } from '@/services/problem';
import { offersPasskeys, takePasskey } from '@/services/webAuthn';
import { useSessionStore } from '@/store/sessionStore';
import type { PasskeyAnswer } from '@/types/api';

/** A challenge is good for five minutes: what is on offer is renewed before. */
const RENEW_MS = 240_000;

const OTHERWISE = 'Use another one, or log in with your password.';

/** What to say in place of the server's words; they are about passwords, or there are none. */
const WORDS: Partial<Record<ProblemCode, { title: string; detail: string }>> = {
  // The server does not say what was wrong to who is not logged in.
  invalid_credentials: {
    title: 'That passkey was not accepted',
    detail: `${OTHERWISE} Then you see the reason under Activity.`,
  },
  passkey_not_here: {
    title: 'That passkey opens no account here',
    detail: `It was removed, or is for another account that is gone. ${OTHERWISE}`,
  },
  cancelled: { title: 'No passkey was used', detail: 'Try again, or type your password.' },
};

function inWords(problem: Problem): Problem {
  const { status, code, instance } = problem;
  const words = WORDS[code];
  return words ? new Problem({ status, code, instance, ...words }) : problem;
}

/**
 * Logging in by passkey: offered where the e-mail is typed as long as the form is there, and asked for by the button.
 * A button that comes to nothing says so. `remember` reads the form's checkbox when it matters.
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
      let answered: PasskeyAnswer | undefined;
      let host = '';
      try {
        const options = await passkeyService.loginOptions();
        host = options.rpId;
        const answer = await takePasskey(options, { called: mine.signal, offered });
        answered = answer;
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
        // An offer that cannot be made, or was not taken, is none: there is the button, and the password.
        const quiet = replaced || (offered && !answered);
        // Before anything is on offer again: a browser takes no such hint while a ceremony waits.
        if (problem.code === 'passkey_not_here' && answered) await signalUnknown(host, answered.credential_id);
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
