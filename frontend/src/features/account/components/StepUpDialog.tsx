'use client';

import { useId } from 'react';

import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { PasswordField } from '@/components/ui/PasswordField';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';

import { useStepUpForm } from '../hooks/useStepUp';
import { Username } from './Username';

export interface StepUpDialogProps {
  open: boolean;
  /** Whose password it is, for password managers. */
  email: string;
  onDone: () => void;
  onCancel: () => void;
}

function StepUpForm({ id, email, onDone, onCancel }: Omit<StepUpDialogProps, 'open'> & { id: string }) {
  const { register, errors, onSubmit, busy, proving, refusal, left, codeWanted } = useStepUpForm(onDone);
  const about = refusal ? `${id}-problem` : undefined;
  return (
    <form noValidate method="post" onSubmit={onSubmit} className="grid gap-5" aria-label="Confirm that it is you">
      <FormProblem id={`${id}-problem`} refusal={refusal} left={left} proving={proving} />
      <Username email={email} />
      <PasswordField
        {...register('step_up_password')}
        label="Your password"
        autoComplete="current-password"
        autoFocus
        required
        error={errors.step_up_password?.message}
        aria-describedby={about}
      />
      {codeWanted && (
        <TextField
          {...register('step_up_code')}
          label="Code from your authenticator app"
          hint="Or one of your recovery codes."
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          error={errors.step_up_code?.message}
          aria-describedby={about}
        />
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={busy || left > 0} aria-describedby={about}>
          Confirm
        </Button>
        <Button variant="secondary" onClick={onCancel}>
          Leave it
        </Button>
      </div>
    </form>
  );
}

/** Asks for the password once more, in place, before something that matters. */
export function StepUpDialog({ open, ...rest }: StepUpDialogProps) {
  const id = useId();
  return (
    <Dialog open={open} onClose={rest.onCancel} title="Please confirm that it is you">
      <p>This matters, so type your password once more, and we go on.</p>
      {open && <StepUpForm id={id} {...rest} />}
    </Dialog>
  );
}
