import * as v from 'valibot';

import { sixDigits } from '@/forms/sixDigits';
import { useSubmission } from '@/forms/useSubmission';
import { factorService } from '@/services/factorService';

const schema = v.object({ app_code: sixDigits('Type the code that your app shows.') });

/** The form that turns two-step log-in on; `onCodes` hears the recovery codes. */
export function useConfirmApp(onCodes: (codes: string[]) => void) {
  return useSubmission({
    schema,
    fields: ['app_code'],
    at: { wrong_factor_code: 'app_code' },
    send: async ({ app_code }) => onCodes(await factorService.confirm(app_code)),
  });
}
