import * as v from 'valibot';

import { typedCode } from '@/lib/typedCode';

/** Six digits, as mails, apps and keyboards write and group them. */
export const sixDigits = (missing: string) =>
  v.pipe(
    v.string(),
    v.transform(typedCode),
    v.nonEmpty(missing),
    v.regex(/^[0-9]{6}$/, 'The code has six digits.'),
  );

/** What to say of a wrong code of an authenticator app. */
export const WRONG_APP_CODE =
  'That is not the right code. Wait for the next one; if that is wrong, too, check the clock of your phone.';
