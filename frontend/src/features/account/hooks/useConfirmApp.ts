import * as v from 'valibot';

import { sixDigits, WRONG_APP_CODE } from '@/forms/sixDigits';
import { useSubmission } from '@/forms/useSubmission';
import { factorService } from '@/services/factorService';
import { Problem, problemOf } from '@/services/problem';

const schema = v.object({ app_code: sixDigits('Type the code that your app shows.') });

/** The form that turns two-step log-in on; `onCodes` hears the recovery codes. */
export function useConfirmApp(onCodes: (codes: string[]) => void) {
  return useSubmission({
    schema,
    fields: ['app_code'],
    at: { wrong_factor_code: 'app_code' },
    send: async ({ app_code }) => {
      try {
        onCodes(await factorService.confirm(app_code));
      } catch (failure) {
        const problem = problemOf(failure);
        const { status, code, instance } = problem;
        throw code === 'wrong_factor_code' ? new Problem({ status, code, instance, title: WRONG_APP_CODE }) : problem;
      }
    },
  });
}
