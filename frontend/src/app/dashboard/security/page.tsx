import type { Metadata } from 'next';

import { DevicesPanel } from '@/features/security/components/DevicesPanel';
import { DevicesSkeleton } from '@/features/security/components/DevicesSkeleton';

import { DashboardFrame } from '../DashboardFrame';

export const metadata: Metadata = {
  title: 'Security',
  description: 'See where you are signed in, and sign out elsewhere.',
  robots: { index: false },
};

/** `/dashboard/security` */
export default function SecurityPage() {
  return (
    <DashboardFrame fallback={<DevicesSkeleton />}>
      <DevicesPanel />
    </DashboardFrame>
  );
}
