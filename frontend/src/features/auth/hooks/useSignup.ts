import { useState } from 'react';

import { useSessionStore } from '@/store/sessionStore';
import type { Credentials } from '@/types/api';

import { signupSchema } from '../signupSchema';
import { useEntry } from './useEntry';

/** The sign-up form's state and its way to the session store. `noted` is what to say when nobody was logged in by it. */
export function useSignup(onSuccess: () => void) {
  const signup = useSessionStore((session) => session.signup);
  const [noted, setNoted] = useState<string | null>(null);

  async function enter(credentials: Credentials) {
    const message = await signup(credentials);
    if (message === null) onSuccess();
    else setNoted(message);
  }

  return { ...useEntry(signupSchema, enter), noted };
}
