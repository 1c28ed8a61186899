'use client';

import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { PasswordField } from '@/components/ui/PasswordField';
import { TextField } from '@/components/ui/TextField';

import { useLogin } from '../hooks/useLogin';
import { FormProblem } from './FormProblem';

export interface LoginFormProps {
  /** The person is signed in; where to go is the page's business. */
  onSuccess: () => void;
}

/** E-mail, password, and whether to stay. Without its script it posts, so that no password gets into an address. */
export function LoginForm({ onSuccess }: LoginFormProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useLogin(onSuccess);
  const about = refusal ? 'login-problem' : undefined;

  return (
    <form method="post" action="/login/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Log in">
      <FormProblem id="login-problem" refusal={refusal} left={left} proving={proving} />
      <TextField
        {...register('email')}
        label="E-mail"
        type="email"
        inputMode="email"
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errors.email?.message}
        aria-describedby={about}
      />
      <PasswordField
        {...register('password')}
        label="Password"
        autoComplete="current-password"
        required
        error={errors.password?.message}
        aria-describedby={about}
      />
      <Checkbox {...register('remember')} label="Keep me signed in" />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Log in
      </Button>
    </form>
  );
}
