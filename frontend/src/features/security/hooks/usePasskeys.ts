import { useRef, useState } from 'react';

import { useStepUp } from '@/forms/useStepUp';
import { passkeyService } from '@/services/passkeyService';
import { signalHeld } from '@/services/passkeySignals';
import { problemOf } from '@/services/problem';
import { userService } from '@/services/userService';
import { makePasskey } from '@/services/webAuthn';
import { useLoaded } from '@/store/useLoaded';
import type { Passkey, WaysIn } from '@/types/api';

import type { Outcome } from './useSigningOut';

export interface PasskeyFacts extends WaysIn {
  /** Whose they are, for password managers. */
  email: string;
}

async function read(): Promise<PasskeyFacts> {
  const [ways, me] = await Promise.all([passkeyService.list(), userService.me()]);
  void signalHeld(ways, me.email);
  return { ...ways, email: me.email };
}

const DROPPED = 'Your password is removed. All other browsers are logged out; from now on you log in with a passkey.';
/** The browser does not tell whether the person called it off, or the device refused. */
const NONE_ADDED = 'No passkey was added. Try again, or use another device.';

/** Passkeys as the person sees them: what there is, the work at it, and what came of it. */
export function usePasskeys() {
  const { view, reload } = useLoaded(read);
  const { guarded, question } = useStepUp();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const running = useRef(false);

  function tell(tone: Outcome['tone'], text: string) {
    setOutcome((before) => ({ tone, text, nth: (before?.nth ?? 0) + 1 }));
  }

  /** Does one thing at a time; whether it was done. What the person calls off is no failure. */
  async function perform(work: () => Promise<string>): Promise<boolean> {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setOutcome(null);
    try {
      tell('good', await work());
      await reload();
      return true;
    } catch (failure) {
      const { code, title, detail } = problemOf(failure);
      if (code === 'cancelled') tell('bad', NONE_ADDED);
      else if (code !== 'step_up_required') tell('bad', [title, detail].filter(Boolean).join(' '));
      // Somebody else, or another tab, was faster: show what is there now.
      if (code === 'passkey_unknown' || code === 'too_few_passkeys' || code === 'last_way_in') await reload();
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return {
    view,
    reload,
    question,
    busy,
    outcome,
    add: () =>
      perform(async () => {
        const options = await guarded(() => passkeyService.creationOptions());
        const made = await makePasskey(options);
        const { name } = await guarded(() => passkeyService.add(made));
        return `The passkey “${name}” is added.`;
      }),
    rename: ({ id }: Passkey, name: string) =>
      perform(async () => {
        await guarded(() => passkeyService.rename(id, name));
        return 'The name is changed.';
      }),
    remove: ({ id, name }: Passkey) =>
      perform(async () => {
        await guarded(() => passkeyService.remove(id));
        return `The passkey “${name}” is removed. You can delete it from where it is kept, too.`;
      }),
    dropPassword: () =>
      perform(async () => {
        await guarded(() => passkeyService.dropPassword());
        return DROPPED;
      }),
  };
}
