'use client';

import { Button } from '@/components/ui/Button';
import { CheckIcon } from '@/components/ui/icons';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { day, money } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { Plan, Subscription } from '@/types/api';

import { canCancel, canResume, earlier, endsAhead, nextMilestone, STATUS_WORDS } from '../hooks/standing';
import { CardFrame } from './CardFrame';
import { SubscriptionNotice } from './SubscriptionNotice';

export interface SubscriptionCardProps {
  subscription: Subscription;
  plan: Plan;
  /** The moment the facts were read, in milliseconds: it decides between "Ends" and "Ended". */
  now: number;
  /** When the account is deleted, and this with it (ISO 8601); null when it is not to be. */
  deletionDueAt: string | null;
  resuming: boolean;
  onCancel: () => void;
  onResume: () => void;
}

/** What somebody has, since when, what comes next, and what can be done about it. */
export function SubscriptionCard({
  subscription,
  plan,
  now,
  deletionDueAt,
  resuming,
  onCancel,
  onResume,
}: SubscriptionCardProps) {
  const locale = useLocale();
  const end = earlier(subscription.ends_at, deletionDueAt);
  const next = nextMilestone({ ...subscription, ends_at: end }, now);
  // An account that goes takes it along: there is nothing to resume before it is kept.
  const resumable = canResume(subscription) && deletionDueAt === null;
  const status = endsAhead(subscription, end, now)
    ? { tone: 'warn' as const, text: `Ends ${day(locale, end)}` }
    : STATUS_WORDS[subscription.status];

  const facts = [
    { label: 'Subscribed since', time: subscription.started_at },
    { label: next?.label, time: next?.time ?? null },
  ].flatMap(({ label, time }) =>
    time ? [{ label, value: <time dateTime={time}>{day(locale, time)}</time> }] : [],
  );

  return (
    <CardFrame
      badge={<StatusBadge tone={status.tone}>{status.text}</StatusBadge>}
      title={<h2>{plan.name}</h2>}
      price={
        <p>
          {money(locale, plan)} a {plan.interval}
        </p>
      }
      facts={facts}
      notice={<SubscriptionNotice subscription={subscription} now={now} deletionDueAt={deletionDueAt} />}
      included={plan.features.map((feature) => (
        <span key={feature} className="flex items-start gap-2.5">
          <CheckIcon className="mt-1 size-4 shrink-0 text-good" />
          {feature}
        </span>
      ))}
      actions={
        // One element that changes its words: the focus of whoever pressed it stays where it is.
        (resumable || (canCancel(subscription) && deletionDueAt === null)) && (
          <Button
            variant={resumable ? 'primary' : 'secondary'}
            busy={resuming}
            onClick={resumable ? onResume : onCancel}
          >
            {resumable ? 'Resume subscription' : 'Cancel subscription'}
          </Button>
        )
      }
    />
  );
}
