import { useCallback, useState } from 'react';
import * as v from 'valibot';

import { knownPassword } from './schemas';
import { useSubmission } from './useSubmission';
import { accountService } from '@/services/accountService';
import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

/** What the `StepUpDialog` is open for, and how it ends. */
export interface Question {
  done: () => void;
  cancel: () => void;
}

/**
 * Lets an act go on in place when the server wants to know once more who is there: `guarded` does the act, asks, and does
 * it again. `question` is for the `StepUpDialog`. An act that the person calls off throws what the server said.
 */
export function useStepUp() {
  const [question, setQuestion] = useState<Question | null>(null);

  const guarded = useCallback(async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (failure) {
      const problem = problemOf(failure);
      if (problem.code !== 'step_up_required') throw problem;
      await new Promise<void>((done, cancel) => setQuestion({ done, cancel: () => cancel(problem) })).finally(() =>
        setQuestion(null),
      );
      return act();
    }
  }, []);

  return { guarded, question };
}

const schema = v.object({
  step_up_password: knownPassword,
  step_up_code: v.pipe(
    v.string(),
    v.transform((typed) => typed.trim().replaceAll(/\s/g, '')),
  ),
});

/** The form in the dialog: the password once more, and a code when the server wants that, too. */
export function useStepUpForm(onSuccess: () => void) {
  const adopt = useSessionStore((session) => session.adopt);
  const [codeWanted, setCodeWanted] = useState(false);
  const form = useSubmission({
    schema,
    fields: ['step_up_password', 'step_up_code'],
    at: { wrong_password: 'step_up_password', wrong_factor_code: 'step_up_code' },
    send: async (typed, proof) => {
      try {
        await adopt(() => accountService.stepUp(typed.step_up_password, typed.step_up_code, proof));
      } catch (failure) {
        if (problemOf(failure).code === 'factor_code_required') setCodeWanted(true);
        throw failure;
      }
    },
    onSuccess,
  });
  return { ...form, codeWanted };
}
