import type { Metadata } from 'next';

import { TwoStepCard } from '@/features/account/components/TwoStepCard';
import { DevicesPanel } from '@/features/security/components/DevicesPanel';
import { DevicesSkeleton } from '@/features/security/components/DevicesSkeleton';
import { PasskeysPanel } from '@/features/security/components/PasskeysPanel';
import { SecurityFrame } from '@/features/security/components/SecurityFrame';

import { DashboardFrame } from '../DashboardFrame';

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
      <DevicesPanel>
        <div className="grid gap-6">
          <PasskeysPanel />
          <TwoStepCard />
        </div>
      </DevicesPanel>
    </DashboardFrame>
  );
}
