import type { Metadata } from 'next';

import { ActivityPanel } from '@/features/activity/components/ActivityPanel';
import { ActivitySkeleton } from '@/features/activity/components/ActivitySkeleton';

import { DashboardFrame } from '../DashboardFrame';

export const metadata: Metadata = {
  title: 'Recent activity',
  description: 'See what was done with your account, from where and when.',
  robots: { index: false },
};

/** `/dashboard/activity` */
export default function ActivityPage() {
  return (
    <DashboardFrame fallback={<ActivitySkeleton />}>
      <ActivityPanel />
    </DashboardFrame>
  );
}
