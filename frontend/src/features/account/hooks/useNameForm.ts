import * as v from 'valibot';

import { profileService } from '@/services/profileService';

import { useKept } from './useKept';

const LONGEST = 100;
const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.maxLength(LONGEST, `Use at most ${LONGEST} characters.`)),
});

/** The form for what somebody is called. */
export function useNameForm() {
  return useKept({
    schema,
    fields: ['name'],
    send: async ({ name }) => ({ kept: await profileService.amend({ name }), words: 'Your name is saved.' }),
  });
}
