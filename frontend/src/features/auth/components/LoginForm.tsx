'use client';

import Link from 'next/link';
import { useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { CurrentPassword } from '@/forms/CurrentPassword';
import { EmailField } from '@/forms/EmailField';
import { FormProblem } from '@/forms/FormProblem';
import { carried } from '@/lib/carried';

import { useLogin } from '../hooks/useLogin';

export interface LoginFormProps {
  /** The person is logged in; where to go is the page's business. */
  onSuccess: () => void;
}

/** E-mail, password, and whether to stay. Without its script it posts, so that no password gets into an address. */
export function LoginForm({ onSuccess }: LoginFormProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left, second, told } = useLogin(onSuccess);
  const [email] = useState(carried);
  const about = refusal ? 'login-problem' : undefined;

  if (second) return second;
  return (
    <form method="post" action="/login/" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Log in">
      <FormProblem id="login-problem" refusal={refusal} left={left} proving={proving}>
        {refusal?.problem.code === 'confirmation_required' && (
          <p>
            <Link href="/forgot">Choose a new password</Link>
          </p>
        )}
      </FormProblem>
      <LiveRegion hidden={!told}>{told && <Alert tone="good">{told}</Alert>}</LiveRegion>
      <EmailField
        {...register('email')}
        label="E-mail"
        autoComplete="username webauthn"
        defaultValue={email || undefined}
        error={errors.email?.message}
        aria-describedby={about}
      />
      <CurrentPassword
        {...register('password', { shouldUnregister: true })}
        label="Password"
        error={errors.password?.message}
        aria-describedby={about}
      />
      <Checkbox {...register('remember')} label="Keep me logged in" />
      <Button type="submit" size="large" busy={busy || left > 0} aria-describedby={about}>
        Log in
      </Button>
    </form>
  );
}
