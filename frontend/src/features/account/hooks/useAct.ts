import { useRef, useState } from 'react';

import { problemOf } from '@/services/problem';

/** One thing that a button does, once at a time; what the server refuses it with is for the person. */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const running = useRef(false);

  async function run(act: () => Promise<void>) {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (failure) {
      const problem = problemOf(failure);
      // Called off by the person, who knows.
      if (problem.code !== 'step_up_required') setRefusal(problem.title);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return { busy, refusal, run };
}
