'use client';

import type { ReactNode } from 'react';

import { PageShell } from '@/components/layout/PageShell';
import { SectionNav } from '@/components/layout/SectionNav';
import { RequireSession } from '@/features/auth/components/RequireSession';

import { LogOut } from './LogOut';
import { WhoIsIn } from './WhoIsIn';

/** The pages behind the front door. */
const PAGES = [
  { href: '/dashboard', text: 'Subscription' },
  { href: '/dashboard/security', text: 'Security' },
  { href: '/dashboard/activity', text: 'Activity' },
  { href: '/dashboard/settings', text: 'Settings' },
];

export interface DashboardFrameProps {
  /** The shape of the page, shown until it is known who is asking. */
  fallback: ReactNode;
  children: ReactNode;
}

/** What all signed-in pages have around them: the guard, the header with the way out, the navigation between them. */
export function DashboardFrame({ fallback, children }: DashboardFrameProps) {
  return (
    <PageShell
      header={{ who: <WhoIsIn />, account: <LogOut /> }}
      nav={<SectionNav label="Dashboard" items={PAGES} />}
    >
      <noscript>
        <p className="mx-auto max-w-6xl px-5 pt-6 sm:px-8">
          This page needs JavaScript. Please allow it in your browser, then load the page again.
        </p>
      </noscript>
      <RequireSession fallback={fallback}>{children}</RequireSession>
    </PageShell>
  );
}
