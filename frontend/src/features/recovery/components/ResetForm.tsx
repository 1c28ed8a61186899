'use client';

import { Button } from '@/components/ui/Button';
import { FormProblem } from '@/forms/FormProblem';
import { NewPassword } from '@/forms/NewPassword';
import { Username } from '@/forms/Username';
import type { Problem } from '@/services/problem';

import { useReset } from '../hooks/useReset';

export interface ResetFormProps {
  /** From a mail; never shown and never stored. */
  token: string;
  /** Whose password it is: password managers save it under that name. */
  email: string;
  /** The password is changed, and nobody is logged in by that; where to go is the page's business. */
  onSuccess: (email: string) => void;
  /** The token has died meanwhile. */
  onDead: (problem: Problem) => void;
}

/** A new password for whoever holds the mailed token. */
export function ResetForm({ token, email, onSuccess, onDead }: ResetFormProps) {
  const done = () => onSuccess(email);
  const { register, control, errors, onSubmit, busy, proving, refusal, left } = useReset(token, done, onDead);
  const about = refusal ? 'reset-problem' : undefined;

  return (
    <form method="post" action="/reset/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Choose a new password">
      <FormProblem id="reset-problem" refusal={refusal} left={left} proving={proving} />
      <p>
        For <strong className="wrap-anywhere">{email}</strong>
      </p>
      <Username email={email} />
      <NewPassword
        {...register('password')}
        control={control}
        email={email}
        label="New password"
        error={errors.password?.message}
        aria-describedby={about}
      />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Save the new password
      </Button>
      <p className="text-[0.9375rem] text-muted">You are logged out everywhere then, and log in with the new password.</p>
    </form>
  );
}
