import * as v from 'valibot';

import { newPassword } from '@/forms/newPasswordSchema';
import { useSubmission } from '@/forms/useSubmission';
import { problemOf, type Problem } from '@/services/problem';
import { recoveryService } from '@/services/recoveryService';

import { isDead } from './deadLinks';

const schema = v.object({ password: newPassword });

/** The form for a new password by a mailed token. */
export function useReset(token: string, onSuccess: () => void, onDead: (problem: Problem) => void) {
  return useSubmission({
    schema,
    fields: ['password'],
    send: async ({ password }) => {
      try {
        await recoveryService.reset(token, password);
      } catch (failure) {
        const problem = problemOf(failure);
        if (isDead(problem)) onDead(problem);
        throw problem;
      }
    },
    onSuccess,
  });
}
