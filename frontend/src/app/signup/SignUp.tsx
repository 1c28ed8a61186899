'use client';

import { RedirectIfSignedIn } from '@/features/auth/components/RedirectIfSignedIn';
import { SignupForm } from '@/features/auth/components/SignupForm';
import { useGoOn } from '@/features/auth/hooks/useGoOn';

/** The sign-up form, and the way on from it. */
export function SignUp() {
  return (
    <RedirectIfSignedIn>
      <SignupForm onSuccess={useGoOn()} />
    </RedirectIfSignedIn>
  );
}
