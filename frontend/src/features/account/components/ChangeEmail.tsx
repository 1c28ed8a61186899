'use client';

import { EmailField } from '@/forms/EmailField';

import { useChangeEmail } from '../hooks/useChangeEmail';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { SettingsForm } from './SettingsForm';

export interface ChangeEmailProps {
  /** The address so far. */
  email: string;
  /** The mail is on its way; hears to which address. */
  onAsked: (email: string) => void;
}

/** The address to have; it takes effect when the mail to it is confirmed. */
export function ChangeEmail({ email, onAsked }: ChangeEmailProps) {
  const { register, errors, question, ...form } = useChangeEmail(onAsked);
  return (
    <>
      <SettingsForm {...form} label="Change your e-mail address" problem="email-problem" action="Change e-mail address">
        {(about) => (
          <EmailField
            {...register('email')}
            label="New e-mail address"
            autoComplete="email"
            hint="We send a mail there, and tell the old address. Nothing changes before you confirm it."
            error={errors.email?.message}
            aria-describedby={about}
          />
        )}
      </SettingsForm>
      <StepUpDialog question={question} email={email} purpose="To change your e-mail address" />
    </>
  );
}
