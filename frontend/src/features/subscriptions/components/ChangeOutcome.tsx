'use client';

import { Alert } from '@/components/ui/Alert';
import { day, sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';

import type { Outcome } from '../hooks/useChanges';

export interface ChangeOutcomeProps {
  outcome: Outcome;
}

/** What came of cancelling or resuming, in one sentence. */
export function ChangeOutcome({ outcome }: ChangeOutcomeProps) {
  const locale = useLocale();
  if (!outcome) return null;
  if ('refused' in outcome) return <Alert tone="bad" className="mb-6">{sentence(outcome.refused)}</Alert>;
  const { done, subscription } = outcome;
  // Until when it stays is told by the card, which says it from now on.
  if (done === 'cancel') return <Alert tone="good" className="mb-6">Your subscription is cancelled.</Alert>;
  const bill = subscription.next_billing_at;
  return (
    <Alert tone="good" className="mb-6">
      {'Good to have you back: your subscription goes on.' + (bill ? ` The next payment is on ${day(locale, bill)}.` : '')}
    </Alert>
  );
}
