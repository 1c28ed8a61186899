import * as v from 'valibot';

import { newPassword } from '@/forms/newPasswordSchema';
import { email } from '@/forms/schemas';

/** What a registration needs, as far as the page can tell. */
export const signupSchema = v.object({ email, password: newPassword, remember: v.boolean() });
