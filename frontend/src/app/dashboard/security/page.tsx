import type { Metadata } from 'next';

import { DevicesSkeleton } from '@/features/security/components/DevicesSkeleton';
import { SecurityFrame } from '@/features/security/components/SecurityFrame';

import { DashboardFrame } from '../DashboardFrame';
import { Security } from './Security';

export const metadata: Metadata = {
  title: 'Security',
  description: 'See where you are signed in, sign out elsewhere, and ask for a second step at log-in.',
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
