'use client';

import { ConfirmEmailBanner } from '@/features/account/components/ConfirmEmailBanner';
import { KeepAccountBanner } from '@/features/account/components/KeepAccountBanner';
import { useMe } from '@/features/account/hooks/useMe';
import { SubscriptionPanel } from '@/features/subscriptions/components/SubscriptionPanel';

/** What stands on the dashboard. Who is signed in is asked once, for all of it. */
export function Dashboard() {
  const me = useMe();
  const user = me.view.phase === 'ready' ? me.view.facts : null;
  return (
    <>
      <KeepAccountBanner user={user} />
      <ConfirmEmailBanner user={user} />
      <SubscriptionPanel me={me} />
    </>
  );
}
