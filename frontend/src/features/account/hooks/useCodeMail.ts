import { useRef, useState } from 'react';

import { useCountdown } from '@/forms/useCountdown';
import type { Refusal } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';
import { problemOf } from '@/services/problem';

/** Having another code mailed. `sent` is whether the last try did it, `nth` how many codes there were. */
export function useCodeMail() {
  const [sent, setSent] = useState(false);
  // Outlasts what is said of it: while another one is asked for, and when that is refused, the last code is good.
  const [nth, setNth] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const { left, start } = useCountdown();

  async function send() {
    if (running.current || left > 0) return;
    running.current = true;
    setBusy(true);
    setRefusal(null);
    setSent(false);
    try {
      await accountService.sendCode();
      setSent(true);
      setNth((before) => before + 1);
    } catch (failure) {
      const problem = problemOf(failure);
      setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return { sent, nth, refusal, busy, left, send };
}
