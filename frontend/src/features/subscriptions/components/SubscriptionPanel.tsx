'use client';

import type { RefObject } from 'react';

import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import { sentence } from '@/lib/format';

import { sends } from '../hooks/standing';
import { useChanges } from '../hooks/useChanges';
import { useSubscription, type Me } from '../hooks/useSubscription';
import { AccountCard } from './AccountCard';
import { AddressHint } from './AddressHint';
import { CancelDialog } from './CancelDialog';
import { ChangeOutcome } from './ChangeOutcome';
import { NotSubscribed } from './NotSubscribed';
import { SubscriptionCard } from './SubscriptionCard';
import { SubscriptionFrame } from './SubscriptionFrame';
import { SubscriptionSkeleton } from './SubscriptionSkeleton';

export interface SubscriptionPanelProps {
  me: Me;
  /** The page's, which stays where it is whatever is loaded: it receives the focus. */
  heading: RefObject<HTMLHeadingElement | null>;
}

/** The subscription of whoever is logged in: to see, to cancel, to resume. */
export function SubscriptionPanel({ me, heading }: SubscriptionPanelProps) {
  const desk = useSubscription(me);
  const changes = useChanges(desk);
  const { view } = desk;

  async function again() {
    await desk.reload();
    // The button that was pressed is gone when there is something to show.
    heading.current?.focus();
  }

  if (view.phase === 'loading') {
    return (
      <SubscriptionFrame heading={heading} aside={<AccountCard user={null} />}>
        <SubscriptionSkeleton />
      </SubscriptionFrame>
    );
  }
  if (view.phase === 'failed') {
    return (
      <SubscriptionFrame heading={heading} aside={null}>
        <LoadFailure
          title="We could not fetch your subscription"
          retrying={view.retrying}
          onRetry={() => void again()}
        >
          {`${sentence(view.problem.title)} Your subscription itself is not affected.`}
        </LoadFailure>
      </SubscriptionFrame>
    );
  }

  const [subscription, user] = view.facts;
  const { plan } = subscription;
  const refused = changes.outcome && 'refused' in changes.outcome ? changes.outcome.refused : null;
  return (
    <SubscriptionFrame heading={heading} aside={<AccountCard user={user} />}>
      <LiveRegion>{!changes.asking && <ChangeOutcome outcome={changes.outcome} />}</LiveRegion>
      {plan ? (
        <>
          <SubscriptionCard
            subscription={subscription}
            plan={plan}
            now={view.readAt}
            deletionDueAt={user.deletion_due_at}
            resuming={changes.busy === 'resume'}
            onCancel={changes.ask}
            onResume={() => void changes.resume()}
          />
          {sends(subscription) && user.deletion_due_at === null && <AddressHint />}
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
    </SubscriptionFrame>
  );
}
