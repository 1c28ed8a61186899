import type { Metadata } from 'next';

import { AuthShell } from '@/components/layout/AuthShell';
import { OtherDoor } from '@/features/auth/components/OtherDoor';
import { brand } from '@/lib/brand';

import { LogIn } from './LogIn';

export const metadata: Metadata = {
  title: 'Log in',
  description: `Log in to ${brand.name} and see your subscription.`,
};

/** `/login` */
export default function LoginPage() {
  return (
    <AuthShell
      title="Log in"
      lead="Good to see you again."
      aside={
        <p>
          New here? <OtherDoor to="/signup">Create an account</OtherDoor>
        </p>
      }
    >
      <LogIn />
    </AuthShell>
  );
}
