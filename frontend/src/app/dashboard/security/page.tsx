import type { Metadata } from 'next';

import { DevicesSkeleton } from '@/features/security/components/DevicesSkeleton';
import { SecurityFrame } from '@/features/security/components/SecurityFrame';

import { DashboardFrame } from '../DashboardFrame';
import { Security } from './Security';

export const metadata: Metadata = {
  title: 'Security',
  description: 'Your password and passkeys, two-step log-in, and where you are logged in.',
  robots: { index: false },
};

/** `/dashboard/security` */
export default function SecurityPage() {
  return (
    <DashboardFrame
      fallback={
        <SecurityFrame>
          <DevicesSkeleton />
        </SecurityFrame>
      }
    >
      <Security />
    </DashboardFrame>
  );
}
