'use client';

import { useRef, useState } from 'react';

import { ChangePassword, type ChangePasswordProps } from './ChangePassword';
import { Saved } from './Saved';

const CHANGED = 'Your password is changed. All other browsers are logged out; this one stays logged in.';

/** Another password, and beside it what came of that. */
export function PasswordChange({ email, onSuccess }: ChangePasswordProps) {
  // Its own success alone begins the form anew: what is typed here outlasts that of others.
  const [round, setRound] = useState(0);
  const place = useRef<HTMLDivElement>(null);

  function changed() {
    setRound((before) => before + 1);
    onSuccess();
    // The form that had the focus begins anew.
    place.current?.focus();
  }

  return (
    <div className="grid w-full grid-cols-[minmax(0,1fr)] gap-5">
      <p className="text-muted">A new password logs out all browsers but this one.</p>
      <div ref={place} tabIndex={-1} role="group" aria-label="News of your password" className={round === 0 ? 'sr-only' : 'outline-none'}>
        <Saved text={round > 0 ? CHANGED : null} />
      </div>
      <ChangePassword key={round} email={email} onSuccess={changed} />
    </div>
  );
}
