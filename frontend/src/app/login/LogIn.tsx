'use client';

import { EndedNotice } from '@/features/auth/components/EndedNotice';
import { LoginForm } from '@/features/auth/components/LoginForm';
import { RedirectIfSignedIn } from '@/features/auth/components/RedirectIfSignedIn';
import { useLater } from '@/features/auth/hooks/useLater';
import { useGoOn } from '@/features/auth/hooks/useGoOn';

// Loaded after the form, which does not wait for it.
const passkeyLogin = () => import('@/features/auth/components/PasskeyLogin');

/** The log-in form, and the way on from it. */
export function LogIn() {
  const goOn = useGoOn();
  const passkey = useLater(passkeyLogin);
  return (
    <RedirectIfSignedIn>
      <div className="grid gap-5">
        <EndedNotice />
        <LoginForm onSuccess={goOn} />
        <div className="first-step min-h-14">{passkey?.drawPasskeyLogin({ onSuccess: goOn })}</div>
      </div>
    </RedirectIfSignedIn>
  );
}
