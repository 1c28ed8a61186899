import type { Metadata } from 'next';

import { AuthShell } from '@/components/layout/AuthShell';

import { Reset } from './Reset';

export const metadata: Metadata = {
  title: 'Choose a new password',
  description: 'Choose a new password with the link from your mail.',
  robots: { index: false },
};

/** `/reset` */
export default function ResetPage() {
  return (
    <AuthShell title="Choose a new password">
      <Reset />
    </AuthShell>
  );
}
