import type { Metadata } from 'next';

import { AccountCard } from '@/features/subscriptions/components/AccountCard';
import { SubscriptionFrame } from '@/features/subscriptions/components/SubscriptionFrame';
import { SubscriptionSkeleton } from '@/features/subscriptions/components/SubscriptionSkeleton';

import { Dashboard } from './Dashboard';
import { DashboardFrame } from './DashboardFrame';

export const metadata: Metadata = {
  title: 'Your subscription',
  description: 'See and manage your subscription.',
  robots: { index: false },
};

/** `/dashboard` */
export default function DashboardPage() {
  return (
    <DashboardFrame
      fallback={
        <SubscriptionFrame aside={<AccountCard user={null} />}>
          <SubscriptionSkeleton />
        </SubscriptionFrame>
      }
    >
      <Dashboard />
    </DashboardFrame>
  );
}
