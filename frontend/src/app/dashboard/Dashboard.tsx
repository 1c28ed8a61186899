'use client';

import { useRef } from 'react';

import { ConfirmEmailBanner } from '@/features/account/components/ConfirmEmailBanner';
import { KeepAccountBanner } from '@/features/account/components/KeepAccountBanner';
import { useMe } from '@/features/account/hooks/useMe';
import { SubscriptionPanel } from '@/features/subscriptions/components/SubscriptionPanel';

/** What stands on the dashboard. Who is logged in is asked once, for all of it. */
export function Dashboard() {
  const me = useMe();
  const heading = useRef<HTMLHeadingElement>(null);
  const user = me.view.phase === 'ready' ? me.view.facts : null;
  return (
    <>
      <KeepAccountBanner user={user} onKept={() => me.amend((known) => ({ ...known, deletion_due_at: null }))} />
      <ConfirmEmailBanner user={user} onDismiss={() => heading.current?.focus()} />
      <SubscriptionPanel me={me} heading={heading} />
    </>
  );
}
