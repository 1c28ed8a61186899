import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';

import type { Problem } from '@/services/problem';

import { SecondStep } from './SecondStep';

/** Shows the second step in place of the password until it is done. Throws why it came to nothing. */
export async function takeSecondStep(challenge: Problem, show: (step: ReactNode) => void): Promise<void> {
  try {
    await new Promise<void>((done, end) => show(<SecondStep challenge={challenge} onSuccess={done} onEnd={end} />));
  } catch (ended) {
    // At once: the password's field must be there to take the focus, and the place where the reason is announced.
    flushSync(() => show(null));
    document.getElementById('password')?.focus();
    throw ended;
  }
}
