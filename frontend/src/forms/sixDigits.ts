import * as v from 'valibot';

/** Six digits, as mails, apps and keyboards group them. */
export const sixDigits = (missing: string) =>
  v.pipe(
    v.string(),
    v.transform((typed) => typed.replaceAll(/[\s-]/g, '')),
    v.nonEmpty(missing),
    v.regex(/^[0-9]{6}$/, 'The code has six digits.'),
  );

/** What to say of a wrong code of an authenticator app. */
export const WRONG_APP_CODE =
  'That is not the right code. Wait for the next one; if that is wrong, too, check the clock of your phone.';
