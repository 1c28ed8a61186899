'use client';

import Link from 'next/link';

import { Button } from '@/components/ui/Button';
import { PasswordField } from '@/components/ui/PasswordField';
import { FormProblem } from '@/forms/FormProblem';
import { NewPassword } from '@/forms/NewPassword';

import { useChangePassword } from '../hooks/useChangePassword';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { Username } from '@/forms/Username';

export interface ChangePasswordProps {
  email: string;
  onSuccess: () => void;
}

/** The password so far, and the one to have from now on. */
export function ChangePassword({ email, onSuccess }: ChangePasswordProps) {
  const { register, control, errors, onSubmit, busy, proving, refusal, left, question } = useChangePassword(onSuccess);
  const about = refusal ? 'password-problem' : undefined;
  return (
    <>
      <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Change your password">
        <FormProblem id="password-problem" refusal={refusal} left={left} proving={proving} />
        <Username email={email} />
        <div className="grid gap-2">
          <PasswordField
            {...register('current_password')}
            label="Current password"
            autoComplete="current-password"
            required
            error={errors.current_password?.message}
            aria-describedby={about}
          />
          <Link href="/forgot" className="w-fit py-1 text-[0.9375rem]">
            Forgot your password?
          </Link>
        </div>
        <NewPassword
          {...register('new_password')}
          control={control}
          email={email}
          label="New password"
          error={errors.new_password?.message}
          aria-describedby={about}
        />
        <Button type="submit" busy={busy || left > 0} aria-describedby={about} className="justify-self-start">
          Change password
        </Button>
      </form>
      <StepUpDialog question={question} email={email} />
    </>
  );
}
