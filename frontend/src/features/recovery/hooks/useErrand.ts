import { useRef, useState } from 'react';

import type { Refusal } from '@/forms/useSubmission';
import { useCountdown } from '@/forms/useCountdown';
import { problemOf, type Problem } from '@/services/problem';
import type { TakenBack } from '@/types/api';

import { isDead } from './deadLinks';
import { RESET_DEAD, type Errand, type Question, type Run, type WayOn } from './errands';

type Stage =
  | { at: 'asking' }
  /** The server has to know first: `problem` is the question. */
  | { at: 'questioned'; question: Question; problem: Problem }
  | { at: 'done'; came: TakenBack | null }
  /** With a token to choose a new password with: held here, and nowhere else. */
  | { at: 'choosing'; token: string; came: TakenBack }
  | { at: 'dead'; problem: Problem; next: WayOn };

/** Where somebody stands with a mailed link; nothing happens before they press the button. */
export function useErrand({ run, question, dead }: Errand, token: string) {
  const [stage, setStage] = useState<Stage>({ at: 'asking' });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const { left, start } = useCountdown();

  async function press(act: Run = run) {
    if (running.current || left > 0) return;
    running.current = true;
    setBusy(true);
    try {
      const came = (await act(token)) ?? null;
      setStage(came?.reset_token ? { at: 'choosing', token: came.reset_token, came } : { at: 'done', came });
    } catch (failure) {
      const problem = problemOf(failure);
      if (question?.code === problem.code) {
        setStage({ at: 'questioned', question, problem });
        setRefusal(null);
        return;
      }
      if (isDead(problem)) setStage({ at: 'dead', problem, next: dead });
      setRefusal((before) => ({ problem, nth: (before?.nth ?? 0) + 1 }));
      start(problem.retry_after ?? 0);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  /** The new password was thought of for too long. */
  const die = (problem: Problem) => setStage({ at: 'dead', problem, next: RESET_DEAD });

  return { stage, refusal, busy, left, press, die };
}
