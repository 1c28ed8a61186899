'use client';

import Link from 'next/link';
import { useState } from 'react';

import { passkeyService } from '@/services/passkeyService';
import { useLoaded } from '@/store/useLoaded';

import { ChangePassword, type ChangePasswordProps } from './ChangePassword';
import { SettingsCard } from './SettingsCard';

/** The password, and another one; or, for who lives without, the way back to one. */
export function PasswordCard({ email, onSuccess }: ChangePasswordProps) {
  const { view } = useLoaded(passkeyService.list);
  // Its own success alone begins the form anew: what is typed here outlasts that of others.
  const [round, setRound] = useState(0);
  // Until the server has told, and when it cannot: the form, as for most people.
  const none = view.phase === 'ready' && !view.facts.has_password;

  function changed() {
    setRound((before) => before + 1);
    onSuccess();
  }

  return (
    <SettingsCard title="Password">
      {none ? (
        <p key="none" className="text-muted">
          Your account has no password: your <Link href="/dashboard/security">passkeys</Link> let you in. You can{' '}
          <Link href="/forgot">choose one again</Link> by e-mail.
        </p>
      ) : (
        <>
          <p className="text-muted">A new password signs out all browsers but this one.</p>
          <ChangePassword key={round} email={email} onSuccess={changed} />
        </>
      )}
    </SettingsCard>
  );
}
