import type { GenericSchema } from 'valibot';

import { useSubmission } from '@/forms/useSubmission';
import type { Credentials } from '@/types/api';

/** What the two forms at the front door have in common: who one is, and what is said of it. */
export function useEntry(
  schema: GenericSchema<Credentials>,
  enter: (credentials: Credentials) => Promise<void | 'again'>,
  onSuccess?: () => void,
) {
  return useSubmission({
    schema,
    fields: ['email', 'password'],
    at: { email_taken: 'email' },
    again: { invalid_credentials: 'password' },
    // Without the word when there is none: the server knows no field that is null.
    send: (credentials, proof) => enter(proof === undefined ? credentials : { ...credentials, proof }),
    onSuccess,
  });
}
