import { useEffect, useRef, useState } from 'react';

import { passkeyService } from '@/services/passkeyService';
import { problemOf } from '@/services/problem';
import { knowsPasskeys, takePasskey } from '@/services/webAuthn';
import { useSessionStore } from '@/store/sessionStore';
import type { WaysIn } from '@/types/api';

import { sendProving } from './proving';
import { useCountdown } from './useCountdown';
import type { Refusal } from './useSubmission';

/** By what this person can show that it is them; both until the server has told. */
export interface Ways {
  password: boolean;
  passkey: boolean;
}

function waysOf({ has_password, passkeys }: WaysIn): Ways {
  return { password: has_password, passkey: passkeys.length > 0 && knowsPasskeys() };
}

/** Showing by a passkey that it is still the same person. Called off, nothing is said. */
export function usePasskeyStepUp(onSuccess: () => void) {
  const adopt = useSessionStore((session) => session.adopt);
  const [ways, setWays] = useState<Ways>({ password: true, passkey: false });
  const [busy, setBusy] = useState(false);
  const [proving, setProving] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { left, start } = useCountdown();
  const running = useRef<AbortController>(undefined);

  useEffect(() => {
    let gone = false;
    passkeyService.list().then(
      (list) => {
        if (!gone) setWays(waysOf(list));
      },
      // Not known which: the password, as ever, and the passkey as well.
      () => {
        if (!gone) setWays({ password: true, passkey: knowsPasskeys() });
      },
    );
    return () => {
      gone = true;
      running.current?.abort();
    };
  }, []);

  async function ask() {
    if (busy || left > 0) return;
    const mine = new AbortController();
    running.current = mine;
    setBusy(true);
    setRefusal(null);
    try {
      const answer = await takePasskey(await passkeyService.stepUpOptions(), { called: mine.signal });
      await sendProving(
        (proof) => adopt(() => passkeyService.stepUp(answer, proof)),
        mine.signal,
        () => setProving(true),
      );
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.code !== 'cancelled') setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
      setBusy(false);
      setProving(false);
      return;
    }
    onSuccess();
  }

  return { ways, ask, busy, proving, refusal, left };
}
