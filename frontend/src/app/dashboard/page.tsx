import type { Metadata } from 'next';

import { ConfirmEmailBanner } from '@/features/account/components/ConfirmEmailBanner';
import { KeepAccountBanner } from '@/features/account/components/KeepAccountBanner';
import { SubscriptionPanel } from '@/features/subscriptions/components/SubscriptionPanel';
import { SubscriptionSkeleton } from '@/features/subscriptions/components/SubscriptionSkeleton';

import { DashboardFrame } from './DashboardFrame';

export const metadata: Metadata = {
  title: 'Your subscription',
  description: 'See and manage your subscription.',
  robots: { index: false },
};

/** `/dashboard` */
export default function DashboardPage() {
  return (
    <DashboardFrame fallback={<SubscriptionSkeleton />}>
      <KeepAccountBanner />
      <ConfirmEmailBanner />
      <SubscriptionPanel />
    </DashboardFrame>
  );
}
