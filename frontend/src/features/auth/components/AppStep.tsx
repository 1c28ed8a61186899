'use client';

import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';
import type { Problem } from '@/services/problem';

import { useAppStep } from '../hooks/useSecondStep';

export interface StepProps {
  ticket: string;
  onSuccess: () => void;
  onEnd: (problem: Problem) => void;
}

/** The six digits that the app shows; phones and password managers offer them. */
export function AppStep({ ticket, onSuccess, onEnd }: StepProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useAppStep(ticket, onSuccess, onEnd);
  const about = refusal ? 'app-problem' : undefined;
  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Type the code of your app">
      <FormProblem id="app-problem" refusal={refusal} left={left} proving={proving} />
      <TextField
        {...register('app_code')}
        label="Code from your authenticator app"
        hint="Six digits, new every half minute."
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        className="text-xl tracking-[0.3em]"
        error={errors.app_code?.message}
        aria-describedby={about}
      />
      <Checkbox
        {...register('trust_browser')}
        label="Trust this browser for 30 days"
        hint="Only your password is asked for here. Not on a computer that others use."
      />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Go on
      </Button>
    </form>
  );
}
