import { useState, type ReactNode } from 'react';

import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

import { loginSchema } from '../schemas';
import { useEntry } from './useEntry';

/** The log-in form's state and its way to the session store; `second` is the second step while it is asked for. */
export function useLogin(onSuccess: () => void) {
  const login = useSessionStore((session) => session.login);
  const [second, setSecond] = useState<ReactNode>(null);
  const form = useEntry(
    loginSchema,
    async (credentials) => {
      try {
        await login(credentials);
      } catch (failure) {
        const challenge = problemOf(failure);
        if (!challenge.ticket) throw challenge;
        // Loaded when it is needed: most people have one step.
        await (await import('../components/takeSecondStep')).takeSecondStep(challenge, setSecond);
      }
    },
    onSuccess,
  );
  return { ...form, second };
}
