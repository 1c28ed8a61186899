'use client';

import Link from 'next/link';

import { passkeyService } from '@/services/passkeyService';
import { useLoaded } from '@/store/useLoaded';

import { ChangePassword, type ChangePasswordProps } from './ChangePassword';
import { SettingsCard } from './SettingsCard';

/** The password, and another one; or, for who lives without, the way back to one. */
export function PasswordCard(props: ChangePasswordProps) {
  const { view } = useLoaded(passkeyService.list);
  // Until the server has told, and when it cannot: the form, as for most people.
  const none = view.phase === 'ready' && !view.facts.has_password;
  return (
    <SettingsCard title="Password">
      {none ? (
        <p className="text-muted">
          Your account has no password: your <Link href="/dashboard/security">passkeys</Link> let you in. You can{' '}
          <Link href="/forgot">choose one again</Link> by e-mail.
        </p>
      ) : (
        <>
          <p className="text-muted">A new password signs out all browsers but this one.</p>
          <ChangePassword {...props} />
        </>
      )}
    </SettingsCard>
  );
}
