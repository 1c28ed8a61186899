import { useState } from 'react';

import { useStepUp } from '@/forms/useStepUp';
import { problemOf } from '@/services/problem';
import { useSessionStore } from '@/store/sessionStore';
import type { Session } from '@/types/api';

import type { DevicesDesk } from './useDevices';

/** What came of it, in one sentence for the announcement. */
export interface Outcome {
  tone: 'good' | 'bad';
  text: string;
  /** Tells two equal outcomes apart, so that the second is announced too. */
  nth: number;
}

const OTHERS = 'others';

/** Logging browsers out as the person sees it: the question, the work at each of them, and what came of it. */
export function useSigningOut({ signOut, signOutOthers }: DevicesDesk) {
  const logout = useSessionStore((session) => session.logout);
  const { guarded, question } = useStepUp();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  // The dialog that asks who is there takes the place of this one.
  if (question && asking) setAsking(false);

  const tell = (tone: Outcome['tone'], text: string) => {
    setOutcome((before) => ({ tone, text, nth: (before?.nth ?? 0) + 1 }));
  };

  /** Does one thing at a time to each browser; whether it was done. */
  async function perform(key: string, work: () => Promise<string | null>): Promise<boolean> {
    setBusy((before) => new Set(before).add(key));
    setOutcome(null);
    try {
      const done = await work();
      setAsking(false);
      if (done !== null) tell('good', done);
      return true;
    } catch (failure) {
      const { code, title } = problemOf(failure);
      // Called off by the person, who knows.
      if (code !== 'step_up_required') tell('bad', title);
      return false;
    } finally {
      setBusy((before) => new Set([...before].filter((other) => other !== key)));
    }
  }

  const turn = (to: boolean) => () => {
    setOutcome(null);
    setAsking(to);
  };

  return {
    asking,
    question,
    outcome,
    ask: turn(true),
    keep: turn(false),
    isBusy: ({ id }: Session) => busy.has(id),
    othersBusy: busy.has(OTHERS),
    /** This browser goes by log-out, which also ends its cookie; the guard then leads away. */
    leave: ({ id, current, device }: Session) =>
      perform(id, async () => {
        if (current) {
          await logout();
          return null;
        }
        await guarded(() => signOut(id));
        return `${device} is logged out.`;
      }),
    leaveOthers: () =>
      perform(OTHERS, async () => {
        const ended = await guarded(signOutOthers);
        if (ended === 0) return 'No other browser was logged in any more.';
        return ended === 1 ? 'The other browser is logged out.' : `${ended} other browsers are logged out.`;
      }),
  };
}
