import { useState, type ReactNode } from 'react';

import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

import { loginSchema } from '../loginSchema';
import { useEntry } from './useEntry';

/**
 * The log-in form's state and its way to the session store; `second` is the second step while it is asked for, `told`
 * what it led to when the password is needed once more.
 */
export function useLogin(onSuccess: () => void) {
  const login = useSessionStore((session) => session.login);
  const [second, setSecond] = useState<ReactNode>(null);
  const [told, setTold] = useState('');
  const form = useEntry(
    loginSchema,
    async (credentials) => {
      setTold('');
      try {
        await login(credentials);
      } catch (failure) {
        const challenge = problemOf(failure);
        if (!challenge.ticket) throw challenge;
        // Loaded when it is needed: most people have one step.
        const { takeSecondStep } = await import('../components/takeSecondStep');
        const news = await takeSecondStep(challenge, credentials.email, setSecond);
        if (news === undefined) return;
        setTold(news);
        return 'again';
      }
    },
    onSuccess,
  );
  return { ...form, second, told };
}
