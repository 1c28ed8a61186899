import * as v from 'valibot';

import { email, knownPassword } from '@/forms/schemas';

/** What a log-in needs. */
export const loginSchema = v.object({ email, password: knownPassword, remember: v.boolean() });
