'use client';

import { TextField } from '@/components/ui/TextField';

import { useNameForm } from '../hooks/useNameForm';
import { SettingsForm } from './SettingsForm';

/** What somebody is called; nobody has to say. */
export function NameForm({ name }: { name: string }) {
  const { register, errors, ...form } = useNameForm();
  return (
    <SettingsForm {...form} label="Your name" problem="name-problem" action="Save name">
      {(about) => (
        <TextField
          {...register('name')}
          label="Name"
          autoComplete="name"
          defaultValue={name}
          hint="What we call you. You may leave it empty."
          error={errors.name?.message}
          aria-describedby={about}
        />
      )}
    </SettingsForm>
  );
}
