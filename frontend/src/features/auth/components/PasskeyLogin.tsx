'use client';

import { Button } from '@/components/ui/Button';
import { KeyIcon } from '@/components/ui/KeyIcon';
import { FormProblem } from '@/forms/FormProblem';
import { knowsPasskeys } from '@/services/webAuthn';

import { usePasskeyLogin } from '../hooks/usePasskeyLogin';

export interface PasskeyLoginProps {
  onSuccess: () => void;
}

/** «Keep me logged in», which the form above asks for both ways in. */
function remember(): boolean {
  return document.querySelector<HTMLInputElement>('input[name="remember"]')?.checked ?? false;
}

function PasskeyButton({ onSuccess }: PasskeyLoginProps) {
  const { ask, busy, proving, refusal, left } = usePasskeyLogin(remember, onSuccess);
  return (
    <div className="grid gap-5">
      <FormProblem id="passkey-problem" refusal={refusal} left={left} proving={proving} />
      <Button
        variant="secondary"
        size="large"
        busy={busy || left > 0}
        aria-describedby={refusal ? 'passkey-problem' : undefined}
        onClick={() => void ask()}
      >
        <KeyIcon className="size-6" />
        Log in with a passkey
      </Button>
    </div>
  );
}

/** The way in without a password, where the browser knows it. Loaded after the form, which does not wait for it. */
export function drawPasskeyLogin(props: PasskeyLoginProps) {
  return knowsPasskeys() ? <PasskeyButton {...props} /> : null;
}
