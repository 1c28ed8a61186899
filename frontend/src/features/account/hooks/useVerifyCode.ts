import * as v from 'valibot';

import { sixDigits } from '@/forms/sixDigits';
import { useSubmission } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';

const schema = v.object({ code: sixDigits('Type the code from the mail.') });

/** Whether all six digits are there, however they are grouped. */
export const isWholeCode = (typed: string) => v.safeParse(schema, { code: typed }).success;

/** The form for the code from the mail. */
export function useVerifyCode(onSuccess: () => void) {
  return useSubmission({
    schema,
    fields: ['code'],
    at: { wrong_code: 'code', token_expired: 'code', token_used: 'code', token_unknown: 'code', token_outgrown: 'code' },
    send: ({ code }) => accountService.verify(code),
    onSuccess,
  });
}
