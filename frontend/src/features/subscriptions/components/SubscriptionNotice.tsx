'use client';

import { Alert } from '@/components/ui/Alert';
import { day } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { Subscription } from '@/types/api';

export interface SubscriptionNoticeProps {
  subscription: Subscription;
  /** Milliseconds. */
  now: number;
  /** When the account is deleted (ISO 8601); null when it is not to be. */
  deletionDueAt: string | null;
}

const RESUME = 'Changed your mind? Resume it here.';

/** What is out of the ordinary about a subscription, and what it means; nothing when all is well. */
export function SubscriptionNotice({ subscription, now, deletionDueAt }: SubscriptionNoticeProps) {
  const locale = useLocale();
  const { status, cancel_at_period_end: ending, ends_at: end } = subscription;

  if (deletionDueAt !== null && status !== 'unsubscribed') {
    return (
      <Alert tone="warn" title="It ends with your account">
        {`Your account is to be deleted on ${day(locale, deletionDueAt)}, and your subscription with it. Keep your account, and you can resume it here.`}
      </Alert>
    );
  }
  if (status === 'cancelled' && !ending) {
    return (
      <Alert tone="info" title="This subscription is over">
        Thank you for the wall space. The prints are yours to keep, and so is your account.
      </Alert>
    );
  }
  if (ending) {
    return (
      <Alert tone="warn" title="Cancelled, and still yours for a while">
        {end && Date.parse(end) > now
          ? `Everything goes on until ${day(locale, end)}. After that no print is sent and nothing is charged. ${RESUME}`
          : `Everything goes on until the end of the period that you have paid for. ${RESUME}`}
      </Alert>
    );
  }
  if (status === 'past_due') {
    return (
      <Alert tone="warn" title="Your last payment has not come through">
        Your subscription goes on while we try again. There is nothing to do here unless your card has changed.
      </Alert>
    );
  }
  if (status === 'trialing') {
    return (
      <Alert tone="info" title="You are trying us out">
        Nothing has been charged yet. Cancel before the trial ends, and nothing will be.
      </Alert>
    );
  }
  return null;
}
