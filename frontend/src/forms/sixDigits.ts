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
