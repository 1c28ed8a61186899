import * as v from 'valibot';

import { useSubmission } from '@/forms/useSubmission';
import { accountService } from '@/services/accountService';

const schema = v.object({
  code: v.pipe(
    v.string(),
    // As mails and keyboards group them.
    v.transform((typed) => typed.replaceAll(/[\s-]/g, '')),
    v.nonEmpty('Type the code from the mail.'),
    v.regex(/^[0-9]{6}$/, 'The code has six digits.'),
  ),
});

/** The form for the code from the mail. */
export function useVerifyCode(onSuccess: () => void) {
  return useSubmission({
    schema,
    fields: ['code'],
    at: { wrong_code: 'code', token_expired: 'code', token_used: 'code', token_unknown: 'code' },
    send: ({ code }) => accountService.verify(code),
    onSuccess,
  });
}
