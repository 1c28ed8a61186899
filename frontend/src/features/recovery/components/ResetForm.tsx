'use client';

import { Button } from '@/components/ui/Button';
import { FormProblem } from '@/forms/FormProblem';
import { NewPassword } from '@/forms/NewPassword';
import type { Problem } from '@/services/problem';

import { useReset } from '../hooks/useReset';

export interface ResetFormProps {
  /** From a mail; never shown and never stored. */
  token: string;
  /** The password is changed, and nobody is signed in; where to go is the page's business. */
  onSuccess: () => void;
  /** The token has died meanwhile. */
  onDead: (problem: Problem) => void;
}

/** A new password for whoever holds the mailed token. */
export function ResetForm({ token, onSuccess, onDead }: ResetFormProps) {
  const { register, control, errors, onSubmit, busy, proving, refusal, left } = useReset(token, onSuccess, onDead);
  const about = refusal ? 'reset-problem' : undefined;

  return (
    <form method="post" action="/reset/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Choose a new password">
      <FormProblem id="reset-problem" refusal={refusal} left={left} proving={proving} />
      <NewPassword
        {...register('password')}
        control={control}
        label="New password"
        error={errors.password?.message}
        aria-describedby={about}
      />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Save the new password
      </Button>
      <p className="text-[0.9375rem] text-muted">You will be signed out everywhere, and log in with the new password.</p>
    </form>
  );
}
