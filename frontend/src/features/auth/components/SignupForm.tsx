'use client';

import Link from 'next/link';

import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { PasswordField } from '@/components/ui/PasswordField';
import { TextField } from '@/components/ui/TextField';
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/password';

import { useSignup } from '../hooks/useSignup';
import { FormProblem } from './FormProblem';
import { SignupNotice } from './SignupNotice';
import { StrengthHint } from './StrengthHint';

export interface SignupFormProps {
  /** The account is made and the person signed in; where to go is the page's business. */
  onSuccess: () => void;
}

/** Tells password managers what to make; read by Safari and 1Password, and not known to React's types. */
const MANAGERS = { passwordrules: `minlength: ${PASSWORD_MIN}; maxlength: ${PASSWORD_MAX};` };

const RULES = `At least ${PASSWORD_MIN} characters. A few words that only you would put together are good; spaces and all characters are fine.`;

/** E-mail, a new password, and whether to stay. Built like the log-in form. */
export function SignupForm({ onSuccess }: SignupFormProps) {
  const { register, control, errors, onSubmit, busy, proving, refusal, left, noted } = useSignup(onSuccess);
  const about = refusal ? 'signup-problem' : undefined;

  if (noted !== null) return <SignupNotice message={noted} />;

  return (
    <form method="post" action="/signup/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Sign up">
      <FormProblem id="signup-problem" refusal={refusal} left={left} proving={proving} />
      <TextField
        {...register('email')}
        label="E-mail"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={
          errors.email?.type === 'email_taken' ? (
            <>
              {errors.email.message} <Link href="/login">Log in instead</Link>
            </>
          ) : (
            errors.email?.message
          )
        }
        aria-describedby={about}
      />
      <div className="grid gap-3">
        <PasswordField
          {...register('password')}
          {...MANAGERS}
          label="Password"
          autoComplete="new-password"
          required
          hint={RULES}
          error={errors.password?.message}
          aria-describedby={about}
        />
        <StrengthHint control={control} />
      </div>
      <Checkbox {...register('remember')} label="Keep me signed in" />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Create account
      </Button>
    </form>
  );
}
