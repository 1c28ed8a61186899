import * as v from 'valibot';

import { email, knownPassword, newPassword } from '@/forms/schemas';

const remember = v.boolean();

/** What a log-in needs. */
export const loginSchema = v.object({ email, password: knownPassword, remember });

/** What a registration needs, as far as the page can tell. */
export const signupSchema = v.object({ email, password: newPassword, remember });
