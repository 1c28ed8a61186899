'use client';

import { useState } from 'react';

import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';

import { useNameForm } from '../hooks/useNameForm';
import { Saved } from './Saved';

/** What somebody is called; nobody has to say. */
export function NameForm({ name }: { name: string }) {
  const [saved, setSaved] = useState<string | null>(null);
  const { register, errors, onSubmit, busy, proving, refusal, left } = useNameForm(() => setSaved('Your name is saved.'));
  const about = refusal ? 'name-problem' : undefined;
  return (
    <form
      method="post"
      noValidate
      onSubmit={onSubmit}
      onChange={() => setSaved(null)}
      className="grid gap-5"
      aria-label="Your name"
    >
      <FormProblem id="name-problem" refusal={refusal} left={left} proving={proving} />
      <TextField
        {...register('name')}
        label="Name"
        autoComplete="name"
        defaultValue={name}
        hint="What we call you. You may leave it empty."
        error={errors.name?.message}
        aria-describedby={about}
      />
      <Button
        type="submit"
        variant="secondary"
        busy={busy || left > 0}
        aria-describedby={about}
        className="justify-self-start"
      >
        Save name
      </Button>
      <Saved text={saved} />
    </form>
  );
}
