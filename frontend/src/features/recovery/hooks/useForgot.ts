import * as v from 'valibot';

import { email } from '@/forms/schemas';
import { useSubmission } from '@/forms/useSubmission';
import { recoveryService } from '@/services/recoveryService';

const schema = v.object({ email });

/** The form for a forgotten password; `onAsked` hears for which address, and what everybody is told. */
export function useForgot(onAsked: (email: string, message: string) => void) {
  return useSubmission({
    schema,
    fields: ['email'],
    send: async (typed, proof) => onAsked(typed.email, await recoveryService.forgot(typed.email, proof)),
  });
}
