import { useState } from 'react';

import { factorService } from '@/services/factorService';
import { problemOf } from '@/services/problem';
import { userService } from '@/services/userService';
import { useLoaded } from '@/store/useLoaded';
import type { Factors, NewSecret } from '@/types/api';

import { useStepUp } from '@/forms/useStepUp';

/** What is asked for at log-in, and whose account it is: for password managers in the dialog. */
async function read(): Promise<{ factors: Factors; email: string }> {
  const [factors, { email }] = await Promise.all([factorService.read(), userService.me()]);
  return { factors, email };
}

/** Where the person is in turning it on, or in making new codes. */
export type Stage = { at: 'rest' } | { at: 'secret'; secret: NewSecret } | { at: 'codes'; codes: string[]; /** Of codes that wait to be kept; null when they count already. */ setId: string | null };

export interface Told {
  tone: 'good' | 'bad';
  text: string;
  nth: number;
}

/** Two-step log-in as its owner sees it: the facts, the stage of a change, and what came of the last. */
export function useTwoStep() {
  const { view, reload } = useLoaded(read);
  const { guarded, question } = useStepUp();
  const [stage, setStage] = useState<Stage>({ at: 'rest' });
  /** Whether it is to be turned off, while that is not answered. */
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Told | null>(null);

  // The dialog that asks who is there takes the place of this one.
  if (question && asking) setAsking(false);

  const tell = (tone: Told['tone'], text: string) => setTold((before) => ({ tone, text, nth: (before?.nth ?? 0) + 1 }));

  /** One thing at a time; whether it was done. One that is called off in the dialog is told like any refusal. */
  async function perform(work: () => Promise<void>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setTold(null);
    try {
      await work();
      return true;
    } catch (failure) {
      tell('bad', problemOf(failure).title);
      return false;
    } finally {
      setBusy(false);
    }
  }

  function turn(to: boolean) {
    setTold(null);
    setAsking(to);
  }

  async function rest(text: string) {
    await reload();
    setStage({ at: 'rest' });
    tell('good', text);
  }

  return {
    view,
    reload,
    stage,
    asking,
    busy,
    told,
    question,
    begin: () => perform(async () => setStage({ at: 'secret', secret: await guarded(factorService.begin) })),
    confirmed: (codes: string[]) => setStage({ at: 'codes', codes, setId: null }),
    renew: () =>
      perform(async () => {
        const { recovery_codes: codes, set_id: setId } = await guarded(factorService.makeCodes);
        setStage({ at: 'codes', codes, setId });
      }),
    leave: () => setStage({ at: 'rest' }),
    kept: (setId: string | null) =>
      perform(async () => {
        if (setId === null) return rest('Two-step log-in is on. Other browsers were logged out.');
        await factorService.keepCodes(setId);
        await rest('Your new recovery codes count. Those of before do not any more.');
      }),
    askOff: () => turn(true),
    leaveOn: () => turn(false),
    turnOff: () =>
      perform(async () => {
        await guarded(factorService.turnOff);
        setAsking(false);
        await rest('Two-step log-in is off. Other browsers were logged out.');
      }),
    distrust: () =>
      perform(async () => {
        await factorService.distrust();
        await rest('Every browser is asked for a code again.');
      }),
  };
}

export type TwoStep = ReturnType<typeof useTwoStep>;
