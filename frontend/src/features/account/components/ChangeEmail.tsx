'use client';

import { Button } from '@/components/ui/Button';
import { EmailField } from '@/forms/EmailField';
import { FormProblem } from '@/forms/FormProblem';

import { useChangeEmail } from '../hooks/useChangeEmail';
import { StepUpDialog } from '@/forms/StepUpDialog';

export interface ChangeEmailProps {
  /** The address so far. */
  email: string;
  /** The mail is on its way; hears what to tell the person. */
  onAsked: (message: string) => void;
}

/** The address to have; it takes effect when the mail to it is confirmed. */
export function ChangeEmail({ email, onAsked }: ChangeEmailProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left, question } = useChangeEmail(onAsked);
  const about = refusal ? 'email-problem' : undefined;
  return (
    <>
      <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Change your e-mail address">
        <FormProblem id="email-problem" refusal={refusal} left={left} proving={proving} />
        <EmailField
          {...register('email')}
          label="New e-mail address"
          autoComplete="email"
          hint="We send a mail there, and tell the old address. Nothing changes before you confirm it."
          error={errors.email?.message}
          aria-describedby={about}
        />
        <Button
          type="submit"
          variant="secondary"
          busy={busy || left > 0}
          aria-describedby={about}
          className="justify-self-start"
        >
          Change e-mail address
        </Button>
      </form>
      <StepUpDialog question={question} email={email} />
    </>
  );
}
