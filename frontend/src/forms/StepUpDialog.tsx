'use client';

import Link from 'next/link';
import { useId } from 'react';

import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { PasswordField } from '@/components/ui/PasswordField';
import { TextField } from '@/components/ui/TextField';

import { FormProblem } from './FormProblem';
import { Username } from './Username';
import { usePasskeyStepUp } from './usePasskeyStepUp';
import { useStepUpForm, type Question } from './useStepUp';

export interface StepUpDialogProps {
  /** Of `useStepUp`; null while nothing is asked. */
  question: Question | null;
  /** Whose password it is, for password managers. */
  email: string;
  /** What it is asked for: "To delete your account". */
  purpose: string;
}

interface Ask {
  id: string;
  email: string;
  purpose: string;
  question: Question;
}

function PasswordAgain({ id, email, question }: Ask) {
  const { register, errors, onSubmit, busy, proving, refusal, left, codeWanted } = useStepUpForm(question.done);
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
      <Link href="/forgot" className="w-fit text-[0.9375rem]">
        Forgot your password?
      </Link>
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
        <Button variant="secondary" onClick={question.cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function StepUp(asked: Ask) {
  const { ways, ask, busy, proving, refusal, left } = usePasskeyStepUp(asked.question.done);
  return (
    <div className="grid gap-5">
      <p>
        {`${asked.purpose}, ${ways.password ? 'type your password' : 'use one of your passkeys'} once more.`}
      </p>
      {ways.passkey && (
        <div className="grid gap-5">
          <FormProblem id={`${asked.id}-passkey`} refusal={refusal} left={left} proving={proving} />
          <div className="flex flex-wrap gap-3">
            <Button variant={ways.password ? 'secondary' : 'primary'} busy={busy || left > 0} onClick={() => void ask()}>
              Use a passkey
            </Button>
            {!ways.password && (
              <Button variant="secondary" onClick={asked.question.cancel}>
                Cancel
              </Button>
            )}
          </div>
        </div>
      )}
      {ways.password && <PasswordAgain {...asked} />}
    </div>
  );
}

/** Asks once more who is there, in place, before something that matters: by password, or by passkey. */
export function StepUpDialog({ question, email, purpose }: StepUpDialogProps) {
  const id = useId();
  return (
    <Dialog open={question !== null} onClose={() => question?.cancel()} title="Please confirm that it is you">
      {question && <StepUp id={id} email={email} purpose={purpose} question={question} />}
    </Dialog>
  );
}
