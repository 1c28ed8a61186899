import { useRef, useState } from 'react';

import { useCountdown } from '@/forms/useCountdown';
import type { Refusal } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';
import { problemOf } from '@/services/problem';

/** Having a code mailed, and again. */
export function useCodeMail(onSent: () => void) {
  const [sent, setSent] = useState<{ message: string; nth: number } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const { left, start } = useCountdown();

  async function send() {
    if (running.current || left > 0) return;
    running.current = true;
    setBusy(true);
    setRefusal(null);
    setSent(null);
    try {
      const message = await accountService.sendCode();
      setSent({ message, nth: Date.now() });
      onSent();
    } catch (failure) {
      const problem = problemOf(failure);
      setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return { sent, refusal, busy, left, send };
}
