import { useCallback, useState } from 'react';
import * as v from 'valibot';

import { knownPassword } from '@/forms/schemas';
import { useSubmission } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';
import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

interface Question {
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

const schema = v.object({ step_up_password: knownPassword });

/** The form in the dialog: the password once more. */
export function useStepUpForm(onSuccess: () => void) {
  const adopt = useSessionStore((session) => session.adopt);
  return useSubmission({
    schema,
    fields: ['step_up_password'],
    at: { wrong_password: 'step_up_password' },
    send: (typed, proof) => adopt(() => accountService.stepUp(typed.step_up_password, proof)),
    onSuccess,
  });
}
