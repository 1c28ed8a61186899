import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';

import type { Problem } from '@/services/problem';

import { SecondStep } from './SecondStep';

type Show = (step: ReactNode) => void;

/** At once: the password's field must be there to take the focus, and the place where the reason is announced. */
function backToPassword(show: Show) {
  flushSync(() => show(null));
  document.getElementById('password')?.focus();
}

/** Loaded for the few who have something to be told. Without it the step works as well. */
async function removalOf({ removal_due_at }: Problem) {
  if (!removal_due_at) return null;
  const loaded = await import('./AppRemoval').catch(() => null);
  return loaded && { dueAt: removal_due_at, AppRemoval: loaded.AppRemoval };
}

/**
 * Shows the second step in place of the password until it is done. Answers what to tell at the password when that is to
 * be typed again after all, empty when the person went back; throws why it came to nothing.
 */
export async function takeSecondStep(challenge: Problem, email: string, show: Show): Promise<string | void> {
  const removal = await removalOf(challenge);
  const { ticket = '', may_remove = false } = challenge;
  try {
    const news = await new Promise<string | void>((done, end) =>
      show(
        <SecondStep challenge={challenge} email={email} onBack={() => done('')} onSuccess={done} onEnd={end}>
          {removal && (
            <removal.AppRemoval
              dueAt={removal.dueAt}
              mayRemove={may_remove}
              ticket={ticket}
              onRemoved={done}
              onEnd={end}
            />
          )}
        </SecondStep>,
      ),
    );
    if (news !== undefined) backToPassword(show);
    return news;
  } catch (ended) {
    backToPassword(show);
    throw ended;
  }
}
