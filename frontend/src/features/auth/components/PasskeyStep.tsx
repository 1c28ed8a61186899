'use client';

import { useState } from 'react';

import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { KeyIcon } from '@/components/ui/KeyIcon';
import { FormProblem } from '@/forms/FormProblem';

import { usePasskeyStep } from '../hooks/usePasskeyStep';
import type { StepProps } from './AppStep';

/** One of the person's passkeys, which the device asks for. */
export function PasskeyStep({ ticket, onSuccess, onEnd }: StepProps) {
  const { ask, busy, refusal, left } = usePasskeyStep(ticket, onSuccess, onEnd);
  const [trust, setTrust] = useState(false);
  return (
    <div className="grid gap-5">
      <FormProblem id="passkey-step-problem" refusal={refusal} left={left} proving={false} />
      <Checkbox
        name="trust_browser"
        checked={trust}
        onChange={({ target }) => setTrust(target.checked)}
        label="Trust this browser for 30 days"
        hint="Only your password is asked for here. Not on a computer that others use."
      />
      <Button
        size="large"
        busy={busy || left > 0}
        autoFocus
        aria-describedby={refusal ? 'passkey-step-problem' : undefined}
        onClick={() => void ask(trust)}
      >
        <KeyIcon className="size-6" />
        Go on with your passkey
      </Button>
    </div>
  );
}
