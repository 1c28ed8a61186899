import { useState, type ComponentType } from 'react';
import { flushSync } from 'react-dom';

import { problemOf, type Problem } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

import type { SecondStepProps } from '../components/SecondStep';
import { loginSchema } from '../schemas';
import { useEntry } from './useEntry';

interface Second extends SecondStepProps {
  Step: ComponentType<SecondStepProps>;
}

/** The log-in form's state and its way to the session store; `second` is the second step while it is asked for. */
export function useLogin(onSuccess: () => void) {
  const login = useSessionStore((session) => session.login);
  const [second, setSecond] = useState<Second | null>(null);
  const form = useEntry(
    loginSchema,
    async (credentials) => {
      try {
        await login(credentials);
      } catch (failure) {
        const challenge = problemOf(failure);
        if (!challenge.ticket) throw challenge;
        // Loaded when it is needed: most people have one step.
        const { SecondStep: Step } = await import('../components/SecondStep');
        await new Promise<void>((onSuccess, onEnd: (problem: Problem) => void) =>
          setSecond({ Step, challenge, onSuccess, onEnd }),
        ).catch((ended: unknown) => {
          // At once: the password's field must be there to take the focus, and the place where the reason is announced.
          flushSync(() => setSecond(null));
          throw ended;
        });
      }
    },
    onSuccess,
  );
  return { ...form, second };
}
