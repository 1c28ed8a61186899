import type { Metadata } from 'next';

import { AuthShell } from '@/components/layout/AuthShell';
import { OtherDoor } from '@/features/auth/components/OtherDoor';
import { Forgot } from '@/features/recovery/components/Forgot';

export const metadata: Metadata = {
  title: 'Forgot your password?',
  description: 'Get a mail with which you choose a new password.',
};

/** `/forgot` */
export default function ForgotPage() {
  return (
    <AuthShell
      title="Forgot your password?"
      lead="It happens. We send you a mail with which you choose a new one."
      aside={
        <p>
          Remembered it? <OtherDoor to="/login">Log in</OtherDoor>
        </p>
      }
    >
      <Forgot />
    </AuthShell>
  );
}
