'use client';

import { CurrentPassword } from '@/forms/CurrentPassword';
import { NewPassword } from '@/forms/NewPassword';

import { useChangePassword } from '../hooks/useChangePassword';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { Username } from '@/forms/Username';
import { SettingsForm } from './SettingsForm';

export interface ChangePasswordProps {
  email: string;
  onSuccess: () => void;
}

/** The password so far, and the one to have from now on. */
export function ChangePassword({ email, onSuccess }: ChangePasswordProps) {
  const { register, control, errors, question, ...form } = useChangePassword(onSuccess);
  return (
    <>
      <SettingsForm
        {...form}
        label="Change your password"
        problem="password-problem"
        action="Change password"
        variant="primary"
      >
        {(about) => (
          <>
            <Username email={email} />
            <CurrentPassword
              {...register('current_password')}
              label="Current password"
              error={errors.current_password?.message}
              aria-describedby={about}
            />
            <NewPassword
              {...register('new_password')}
              control={control}
              email={email}
              label="New password"
              error={errors.new_password?.message}
              aria-describedby={about}
            />
          </>
        )}
      </SettingsForm>
      <StepUpDialog question={question} email={email} purpose="To change your password" />
    </>
  );
}
