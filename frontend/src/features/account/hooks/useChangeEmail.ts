import * as v from 'valibot';

import { email } from '@/forms/schemas';
import { useSubmission } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';

import { useStepUp } from '@/forms/useStepUp';

const schema = v.object({ email });

/** The form for another address; `onAsked` hears which. `question` is for the dialog. */
export function useChangeEmail(onAsked: (email: string) => void) {
  const { guarded, question } = useStepUp();
  const form = useSubmission({
    schema,
    fields: ['email'],
    send: async (typed) => {
      await guarded(() => accountService.changeEmail(typed.email));
      onAsked(typed.email);
    },
  });
  return { ...form, question };
}
