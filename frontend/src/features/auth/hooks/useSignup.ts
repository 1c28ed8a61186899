import { useSessionStore } from '@/store/sessionStore';

import { signupSchema } from '../schemas';
import { useEntry } from './useEntry';

/** The sign-up form's state and its way to the session store. */
export function useSignup(onSuccess: () => void) {
  const signup = useSessionStore((session) => session.signup);
  return useEntry(signupSchema, signup, onSuccess);
}
