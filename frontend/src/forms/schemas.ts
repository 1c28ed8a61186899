import * as v from 'valibot';

const EMAIL_MAX = 254;

/** An e-mail address, as far as a page can tell. */
export const email = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('Enter your e-mail address.'),
  v.maxLength(EMAIL_MAX, 'That is too long for an e-mail address.'),
  // The server and the mail that arrives decide; this only catches slips.
  v.regex(/^[^\s@]+@[^\s@]+$/, 'Enter an e-mail address such as name@example.com.'),
);

/** A password that exists. No rule for it: an old one may have been made under others. */
export const knownPassword = v.pipe(v.string(), v.nonEmpty('Enter your password.'));
