import { useState, type ComponentType } from 'react';

import type { Refusal } from '@/forms/useSubmission';
import { problemOf, type Problem } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';

import type { SecondStepProps } from '../components/SecondStep';
import { loginSchema } from '../schemas';
import { useEntry } from './useEntry';

/** The second step while it is asked for, and afterwards why it came to nothing. */
interface Second {
  Step?: ComponentType<SecondStepProps>;
  problem: Problem;
}

/** The log-in form's state and its way to the session store. */
export function useLogin(onSuccess: () => void) {
  const login = useSessionStore((session) => session.login);
  const [second, setSecond] = useState<Second | null>(null);
  const form = useEntry(
    loginSchema,
    async (credentials) => {
      setSecond(null);
      try {
        await login(credentials);
      } catch (failure) {
        const problem = problemOf(failure);
        // Loaded when it is needed: most people have one step.
        if (problem.ticket) setSecond({ problem, Step: (await import('../components/SecondStep')).SecondStep });
        throw problem;
      }
    },
    onSuccess,
  );
  const ended: Refusal | null = second && { problem: second.problem, nth: 0 };
  return { ...form, refusal: ended ?? form.refusal, second, onEnd: (problem: Problem) => setSecond({ problem }) };
}
