'use client';

import type { ReactNode } from 'react';
import { useWatch, type Control, type FieldPath, type FieldValues, type UseFormRegisterReturn } from 'react-hook-form';

import { PasswordField } from '@/components/ui/PasswordField';
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/password';

import { StrengthHint } from './StrengthHint';

/** Tells password managers what to make; read by Safari and 1Password, and not known to React's types. */
const MANAGERS = { passwordrules: `minlength: ${PASSWORD_MIN}; maxlength: ${PASSWORD_MAX};` };

const RULES = `At least ${PASSWORD_MIN} characters. A few words that only you would put together are good; spaces and all characters are fine.`;

export interface NewPasswordProps<Typed extends FieldValues> extends UseFormRegisterReturn<FieldPath<Typed>> {
  control: Control<Typed>;
  /** Whose password it will be, so that a likeness is told: a field of the same form, or the address itself. */
  emailField?: FieldPath<Typed>;
  email?: string;
  label: string;
  error?: ReactNode;
  'aria-describedby'?: string;
}

/** A password to be made: the rules before typing, and how good it is while it is typed. */
export function NewPassword<Typed extends FieldValues>(props: NewPasswordProps<Typed>) {
  const { control, emailField, email = '', ...field } = props;
  const [password, typedEmail] = useWatch({ control, name: [field.name, emailField ?? field.name] });
  return (
    <div className="grid gap-3">
      <PasswordField {...field} {...MANAGERS} autoComplete="new-password" required hint={RULES} />
      <StrengthHint password={password ?? ''} email={emailField ? (typedEmail ?? '') : email} refused={field.error} />
    </div>
  );
}
