'use client';

import { EndedNotice } from '@/features/auth/components/EndedNotice';
import { LoginForm } from '@/features/auth/components/LoginForm';
import { RedirectIfSignedIn } from '@/features/auth/components/RedirectIfSignedIn';
import { useGoOn } from '@/features/auth/hooks/useGoOn';

/** The log-in form, and the way on from it. */
export function LogIn() {
  return (
    <RedirectIfSignedIn>
      <div className="grid gap-5">
        <EndedNotice />
        <LoginForm onSuccess={useGoOn()} />
      </div>
    </RedirectIfSignedIn>
  );
}
