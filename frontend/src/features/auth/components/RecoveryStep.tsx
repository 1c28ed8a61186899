'use client';

import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';

import { useRecoveryStep } from '../hooks/useSecondStep';
import type { StepProps } from './AppStep';

/** One of the codes that were kept for the day the phone is gone. */
export function RecoveryStep({ ticket, onSuccess, onEnd }: StepProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useRecoveryStep(ticket, onSuccess, onEnd);
  const about = refusal ? 'recovery-problem' : undefined;
  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Type a recovery code">
      <FormProblem id="recovery-problem" refusal={refusal} left={left} proving={proving} />
      <TextField
        {...register('recovery_code')}
        label="Recovery code"
        hint="Each is good once."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        className="font-mono"
        error={errors.recovery_code?.message}
        aria-describedby={about}
      />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Go on
      </Button>
    </form>
  );
}
