'use client';

import { useRef } from 'react';

import { LiveRegion } from '@/components/ui/LiveRegion';

import { useChanges } from '../hooks/useChanges';
import { useSubscription } from '../hooks/useSubscription';
import { AccountCard } from './AccountCard';
import { CancelDialog } from './CancelDialog';
import { ChangeOutcome } from './ChangeOutcome';
import { LoadFailure } from './LoadFailure';
import { NotSubscribed } from './NotSubscribed';
import { PanelFrame } from './PanelFrame';
import { SubscriptionCard } from './SubscriptionCard';
import { SubscriptionSkeleton } from './SubscriptionSkeleton';

/** The subscription of whoever is signed in: to see, to cancel, to resume. */
export function SubscriptionPanel() {
  const desk = useSubscription();
  const changes = useChanges(desk);
  const heading = useRef<HTMLHeadingElement>(null);
  const { view } = desk;

  async function again() {
    await desk.reload();
    // The button that was pressed is gone when there is something to show.
    heading.current?.focus();
  }

  if (view.phase === 'loading') return <SubscriptionSkeleton />;
  if (view.phase === 'failed') {
    return (
      <PanelFrame heading={heading} aside={null}>
        <LoadFailure problem={view.problem} retrying={view.retrying} onRetry={() => void again()} />
      </PanelFrame>
    );
  }

  const { subscription, user, readAt } = view;
  const { plan } = subscription;
  const refused = changes.outcome && 'refused' in changes.outcome ? changes.outcome.refused : null;
  return (
    <PanelFrame heading={heading} aside={<AccountCard user={user} />}>
      <LiveRegion>{!changes.asking && <ChangeOutcome outcome={changes.outcome} />}</LiveRegion>
      {plan ? (
        <>
          <SubscriptionCard
            subscription={subscription}
            plan={plan}
            now={readAt}
            resuming={changes.busy === 'resume'}
            onCancel={changes.ask}
            onResume={() => void changes.resume()}
          />
          <CancelDialog
            open={changes.asking}
            plan={plan.name}
            until={subscription.ends_at ?? subscription.next_billing_at}
            busy={changes.busy === 'cancel'}
            refusal={refused}
            onKeep={changes.keep}
            onCancel={() => void changes.cancel()}
          />
        </>
      ) : (
        <NotSubscribed onCheckAgain={() => void again()} />
      )}
    </PanelFrame>
  );
}
