import type { BadgeTone } from '@/components/ui/StatusBadge';
import type { Subscription, SubscriptionStatus } from '@/types/api';

interface Wording {
  tone: BadgeTone;
  text: string;
}

/** How each status is called, and how serious it looks. */
export const STATUS_WORDS: Record<SubscriptionStatus, Wording> = {
  active: { tone: 'good', text: 'Active' },
  trialing: { tone: 'info', text: 'Trial' },
  past_due: { tone: 'warn', text: 'Past due' },
  cancelled: { tone: 'bad', text: 'Cancelled' },
  unsubscribed: { tone: 'info', text: 'Not subscribed' },
};

/** The earlier of two moments (ISO 8601), where there are any. */
export function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? one : other;
}

/** Whether it is cancelled, or goes with the account, on a day that is still to come. `now` in ms. */
export function endsAhead({ status }: Subscription, end: string | null, now: number): end is string {
  return status !== 'unsubscribed' && end !== null && Date.parse(end) > now;
}

/** A date on the card: what it means and when it is (ISO 8601). */
export interface Milestone {
  label: string;
  time: string;
}

/** The date that comes next: an end beats a bill, and an end that has passed is told as past. `now` in ms. */
export function nextMilestone(subscription: Subscription, now: number): Milestone | null {
  const { ends_at: end, next_billing_at: bill, status } = subscription;
  if (end) return { label: Date.parse(end) > now ? 'Ends on' : 'Ended on', time: end };
  if (!bill) return null;
  return { label: status === 'trialing' ? 'Trial ends, first payment' : 'Next payment', time: bill };
}

/** Whether something is running that would renew; what has an end already needs no cancelling. */
export function canCancel({ status, ends_at: end }: Subscription): boolean {
  return end === null && (status === 'active' || status === 'trialing' || status === 'past_due');
}

/** Whether a cancellation has been asked for and has not taken effect yet. */
export function canResume({ status, cancel_at_period_end: ending }: Subscription): boolean {
  return ending && status !== 'unsubscribed';
}

/** Whether there is something to send. */
export function sends({ status }: Subscription): boolean {
  return status === 'active' || status === 'trialing';
}
