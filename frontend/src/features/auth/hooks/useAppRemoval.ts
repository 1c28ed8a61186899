import { useState } from 'react';

import { useCountdown } from '@/forms/useCountdown';
import type { Refusal } from '@/forms/useSubmission';
import { factorService } from '@/services/factorService';
import { problemOf, type Problem } from '@/services/problem';

/** Removing the app in place of typing its code. It logs nobody in: `onRemoved` hears what to tell at the password. */
export function useAppRemoval(ticket: string, onRemoved: (news: string) => void, onEnd: (problem: Problem) => void) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { left, start } = useCountdown();

  async function remove() {
    setBusy(true);
    setRefusal(null);
    try {
      await factorService.removeApp(ticket);
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.code === 'ticket_ended') onEnd(problem);
      else setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
      setBusy(false);
      return;
    }
    onRemoved('The authenticator app is removed. Please log in again.');
  }

  return { remove, busy, refusal, left };
}
