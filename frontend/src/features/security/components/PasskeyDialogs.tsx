'use client';

import { useState, type FormEvent, type ReactNode } from 'react';

import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { TextField } from '@/components/ui/TextField';
import type { Passkey } from '@/types/api';

interface QuestionProps {
  open: boolean;
  busy: boolean;
  onKeep: () => void;
  onGo: () => void;
}

function RemovalDialog({ title, open, busy, onKeep, onGo, children }: QuestionProps & { title: string; children: ReactNode }) {
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title={title}
      actions={
        <>
          <Button onClick={onKeep}>Keep it</Button>
          <Button variant="danger" busy={busy} onClick={onGo}>
            Yes, remove
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

/** Asks once more before a passkey goes. */
export function RemoveDialog({ passkey, ...question }: QuestionProps & { passkey: Passkey | null }) {
  return (
    <RemovalDialog title="Remove this passkey?" {...question}>
      <p>
        {`“${passkey?.name ?? ''}” opens your account no more, from that moment on. Browsers in which it was used stay logged in; you can log them out above.`}
      </p>
    </RemovalDialog>
  );
}

/** Asks once more before the password goes. */
export function DropDialog(question: QuestionProps) {
  return (
    <RemovalDialog title="Remove your password?" {...question}>
      <p>
        From then on only your passkeys let you in, and all other browsers are logged out. Should you lose your passkeys, you
        can choose a password again by e-mail.
      </p>
    </RemovalDialog>
  );
}

interface RenameFormProps {
  passkey: Passkey;
  busy: boolean;
  onKeep: () => void;
  onRename: (name: string) => void;
}

function RenameForm({ passkey, busy, onKeep, onRename }: RenameFormProps) {
  const [error, setError] = useState<string>();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('passkey_name') ?? '').trim();
    if (busy) return;
    if (name === '') setError('Please give it a name.');
    else onRename(name);
  }
  return (
    <form noValidate method="post" onSubmit={submit} className="grid gap-5" aria-label="Rename this passkey">
      <TextField
        name="passkey_name"
        label="Name"
        hint="Such as where it is kept: “Phone”, “Key in the desk”."
        defaultValue={passkey.name}
        maxLength={64}
        autoComplete="off"
        autoFocus
        required
        error={error}
      />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={busy}>
          Save
        </Button>
        <Button variant="secondary" onClick={onKeep}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** Asks for another name. */
export function RenameDialog({ open, ...rest }: RenameFormProps & { open: boolean }) {
  return (
    <Dialog open={open} onClose={rest.onKeep} title="Rename this passkey">
      {open && <RenameForm {...rest} />}
    </Dialog>
  );
}
