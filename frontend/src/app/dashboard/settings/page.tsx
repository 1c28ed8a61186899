import type { Metadata } from 'next';

import { SettingsPanel } from '@/features/account/components/SettingsPanel';
import { SettingsSkeleton } from '@/features/account/components/SettingsSkeleton';

import { DashboardFrame } from '../DashboardFrame';

export const metadata: Metadata = {
  title: 'Settings',
  description: 'Your e-mail address, your name, where parcels go, your data, and the way out.',
  robots: { index: false },
};

/** `/dashboard/settings` */
export default function SettingsPage() {
  return (
    <DashboardFrame fallback={<SettingsSkeleton />}>
      <SettingsPanel />
    </DashboardFrame>
  );
}
