'use client';

import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { EmailField } from '@/forms/EmailField';
import { FormProblem } from '@/forms/FormProblem';
import { NewPassword } from '@/forms/NewPassword';

import { useSignup } from '../hooks/useSignup';
import { OtherDoor } from './OtherDoor';
import { SignupNotice } from './SignupNotice';

export interface SignupFormProps {
  /** The account is made and the person logged in; where to go is the page's business. */
  onSuccess: () => void;
}

/** E-mail, a new password, and whether to stay. Built like the log-in form. */
export function SignupForm({ onSuccess }: SignupFormProps) {
  const { register, control, errors, onSubmit, busy, proving, refusal, left, noted } = useSignup(onSuccess);
  const about = refusal ? 'signup-problem' : undefined;

  if (noted !== null) return <SignupNotice message={noted} />;

  return (
    <form method="post" action="/signup/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Sign up">
      <FormProblem id="signup-problem" refusal={refusal} left={left} proving={proving} />
      <EmailField
        {...register('email')}
        label="E-mail"
        autoComplete="username"
        error={
          errors.email?.type === 'email_taken' ? (
            <>
              <span>{errors.email.message}</span> <OtherDoor to="/login">Log in instead</OtherDoor>
            </>
          ) : (
            errors.email?.message
          )
        }
        aria-describedby={about}
      />
      <NewPassword
        {...register('password')}
        control={control}
        emailField="email"
        label="Password"
        error={errors.password?.message}
        aria-describedby={about}
      />
      <Checkbox {...register('remember')} label="Keep me logged in" />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Create account
      </Button>
    </form>
  );
}
