import * as v from 'valibot';

import { useSubmission } from '@/forms/useSubmission';
import { profileService } from '@/services/profileService';

const LONGEST = 100;
const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.maxLength(LONGEST, `Use at most ${LONGEST} characters.`)),
});

/** The form for what somebody is called. */
export function useNameForm(onSaved: () => void) {
  return useSubmission({
    schema,
    fields: ['name'],
    send: async ({ name }) => {
      await profileService.amend({ name });
    },
    onSuccess: onSaved,
    stays: true,
  });
}
