import * as v from 'valibot';

import { PASSWORD_MAX, PASSWORD_MIN, passwordLength } from '@/lib/password';

/** A password to be made, by the rules that a page can check. Apart from the others: the log-in needs none of it. */
export const newPassword = v.pipe(
  v.string(),
  v.nonEmpty('Choose a password.'),
  v.check((given) => passwordLength(given) >= PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`),
  v.check((given) => passwordLength(given) <= PASSWORD_MAX, `Use at most ${PASSWORD_MAX} characters.`),
);
