import * as v from 'valibot';

import { PASSWORD_MAX, PASSWORD_MIN, passwordLength } from '@/lib/password';

const EMAIL_MAX = 254;

const email = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('Enter your e-mail address.'),
  v.maxLength(EMAIL_MAX, 'That is too long for an e-mail address.'),
  // The server and the mail that arrives decide; this only catches slips.
  v.regex(/^[^\s@]+@[^\s@]+$/, 'Enter an e-mail address such as name@example.com.'),
);

const remember = v.boolean();

/** What a log-in needs. No rule for passwords: an old one may have been made under others. */
export const loginSchema = v.object({
  email,
  password: v.pipe(v.string(), v.nonEmpty('Enter your password.')),
  remember,
});

/** What a registration needs, as far as the page can tell. */
export const signupSchema = v.object({
  email,
  password: v.pipe(
    v.string(),
    v.nonEmpty('Choose a password.'),
    v.check((given) => passwordLength(given) >= PASSWORD_MIN, `Use at least ${PASSWORD_MIN} characters.`),
    v.check((given) => passwordLength(given) <= PASSWORD_MAX, `Use at most ${PASSWORD_MAX} characters.`),
  ),
  remember,
});
