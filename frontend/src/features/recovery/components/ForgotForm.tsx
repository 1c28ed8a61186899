'use client';

import { Button } from '@/components/ui/Button';
import { EmailField } from '@/forms/EmailField';
import { FormProblem } from '@/forms/FormProblem';

import { useForgot } from '../hooks/useForgot';

export interface ForgotFormProps {
  /** What was typed before; empty when nothing was. */
  email: string;
  /** The mail is asked for; hears for which address, and what everybody is told. */
  onAsked: (email: string, message: string) => void;
}

/** The address whose password was forgotten. */
export function ForgotForm({ email, onAsked }: ForgotFormProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useForgot(onAsked);
  const about = refusal ? 'forgot-problem' : undefined;

  return (
    <form method="post" action="/forgot/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Forgot your password">
      <FormProblem id="forgot-problem" refusal={refusal} left={left} proving={proving} />
      <EmailField
        {...register('email')}
        label="E-mail"
        autoComplete="username"
        // Not an empty one: what is typed before the script has come stays.
        defaultValue={email || undefined}
        error={errors.email?.message}
        aria-describedby={about}
      />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Send me a mail
      </Button>
    </form>
  );
}
