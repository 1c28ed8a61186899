import type { Metadata } from 'next';

import { SettingsPanel } from '@/features/account/components/SettingsPanel';
import { SettingsSkeleton } from '@/features/account/components/SettingsSkeleton';

import { DashboardFrame } from '../DashboardFrame';

export const metadata: Metadata = {
  title: 'Settings',
  description: 'Confirm or change your e-mail address, and change your password.',
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
