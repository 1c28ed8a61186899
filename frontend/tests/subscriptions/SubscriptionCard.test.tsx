import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { SubscriptionCard } from '@/features/subscriptions/components/SubscriptionCard';
import type { Subscription } from '@/types/api';

import { ACTIVE, ENDING, PLAN } from './api';

const NOW = Date.parse('2026-11-22T12:00:00Z');

function show(subscription: Subscription, deletionDueAt: string | null = null) {
  const nothing = () => undefined;
  render(
    <SubscriptionCard
      subscription={subscription}
      plan={PLAN}
      now={NOW}
      deletionDueAt={deletionDueAt}
      resuming={false}
      onCancel={nothing}
      onResume={nothing}
    />,
  );
}

const CANCELLED: Subscription = { ...ACTIVE, status: 'cancelled', next_billing_at: null, ends_at: '2026-10-05T12:00:00Z' };

describe('SubscriptionCard', () => {
  it.each<[string, Subscription, { badge: string; date: string; notice: string | null; action: string | null }]>([
    ['active', ACTIVE, { badge: 'Active', date: 'Next payment', notice: null, action: 'Cancel subscription' }],
    [
      'active, until its end',
      ENDING,
      { badge: 'Ends December 5, 2099', date: 'Ends on', notice: 'Cancelled, and still yours for a while', action: 'Resume subscription' },
    ],
    [
      'active, with an end that the operator set',
      { ...ENDING, cancel_at_period_end: false },
      { badge: 'Ends December 5, 2099', date: 'Ends on', notice: null, action: null },
    ],
    [
      'trialing',
      { ...ACTIVE, status: 'trialing' },
      { badge: 'Trial', date: 'Trial ends, first payment', notice: 'You are trying us out', action: 'Cancel subscription' },
    ],
    [
      'past_due',
      { ...ACTIVE, status: 'past_due' },
      { badge: 'Past due', date: 'Next payment', notice: 'Your last payment has not come through', action: 'Cancel subscription' },
    ],
    [
      'cancelled',
      CANCELLED,
      { badge: 'Cancelled', date: 'Ended on', notice: 'This subscription is over', action: null },
    ],
  ])('shows %s', (_, subscription, { badge, date, notice, action }) => {
    show(subscription);
    expect(screen.getByText(badge)).toBeVisible();
    expect(screen.getByText(date)).toBeVisible();
    if (notice) expect(screen.getByText(notice)).toBeVisible();
    expect(screen.queryAllByRole('button').map((button) => button.textContent)).toEqual(action ? [action] : []);
  });

  it.each([ACTIVE, ENDING])('ends with an account that is to be deleted, and cannot be resumed before that is kept', (subscription) => {
    show(subscription, '2026-12-07T12:00:00Z');
    expect(screen.getByText('Ends December 7, 2026')).toBeVisible();
    expect(screen.getByText(/to be deleted on December 7, 2026, and your subscription with it/)).toBeVisible();
    expect(screen.queryByText('Cancelled, and still yours for a while')).not.toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('has its button right under what is said of it', () => {
    show(ENDING);
    const button = screen.getByRole('button', { name: 'Resume subscription' });
    expect(button.compareDocumentPosition(screen.getByText('Free delivery'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });
});
