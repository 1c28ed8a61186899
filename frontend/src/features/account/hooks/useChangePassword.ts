import * as v from 'valibot';

import { newPassword } from '@/forms/newPasswordSchema';
import { knownPassword } from '@/forms/schemas';
import { useSubmission } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';
import { useSessionStore } from '@/store/sessionStore';

import { useStepUp } from '@/forms/useStepUp';

const schema = v.object({ current_password: knownPassword, new_password: newPassword });

/** The form for another password; this browser goes on with the answered token. */
export function useChangePassword(onSuccess: () => void) {
  const adopt = useSessionStore((session) => session.adopt);
  const { guarded, question } = useStepUp();
  const form = useSubmission({
    schema,
    fields: ['current_password', 'new_password'],
    at: { wrong_password: 'current_password' },
    send: (typed, proof) =>
      // Where log-in takes two steps, the password alone does not change itself.
      guarded(() => adopt(() => accountService.changePassword(typed.current_password, typed.new_password, proof))),
    onSuccess,
  });
  return { ...form, question };
}
