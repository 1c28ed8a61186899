import type { Metadata } from 'next';

import { AuthShell } from '@/components/layout/AuthShell';
import { OtherDoor } from '@/features/auth/components/OtherDoor';
import { brand } from '@/lib/brand';

import { SignUp } from './SignUp';

export const metadata: Metadata = {
  title: 'Create an account',
  description: `Create an account at ${brand.name}. ${brand.tagline}`,
};

/** `/signup` */
export default function SignupPage() {
  return (
    <AuthShell
      title="Create an account"
      lead="An e-mail address and a password, and you are in."
      aside={
        <p>
          Have an account already? <OtherDoor to="/login">Log in</OtherDoor>
        </p>
      }
    >
      <SignUp />
    </AuthShell>
  );
}
