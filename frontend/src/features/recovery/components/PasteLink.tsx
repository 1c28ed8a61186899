'use client';

import { useRef, useState, type FormEvent } from 'react';

import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/TextField';

import { pastedLink } from '../hooks/pastedLink';

/** Takes the address that the mail has as text, and goes on from there: for links that lost their end on the way. */
export function PasteLink() {
  const [error, setError] = useState<string>();
  const field = useRef<HTMLInputElement>(null);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const to = pastedLink(field.current?.value ?? '');
    if (to) return window.location.assign(to);
    setError('That is not the whole address from the mail.');
    field.current?.focus();
  }

  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid w-full gap-5" aria-label="Paste the address">
      <TextField
        ref={field}
        name="address"
        label="Address from the mail"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={error}
      />
      <Button type="submit" className="justify-self-start">
        Go on
      </Button>
    </form>
  );
}
