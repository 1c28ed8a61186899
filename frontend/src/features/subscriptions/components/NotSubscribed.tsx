'use client';

import { Button } from '@/components/ui/Button';
import { Card } from '@/components/ui/Card';
import { StatusBadge } from '@/components/ui/StatusBadge';

import { STATUS_WORDS } from '../hooks/standing';

export interface NotSubscribedProps {
  onCheckAgain: () => void;
}

/** An account without a subscription: nothing is wrong, and this is how one comes about. */
export function NotSubscribed({ onCheckAgain }: NotSubscribedProps) {
  const { tone, text } = STATUS_WORDS.unsubscribed;
  return (
    <Card as="section" className="grid items-center gap-8 sm:grid-cols-[minmax(0,1fr)_11rem]">
      <div className="grid justify-items-start gap-4">
        <StatusBadge tone={tone}>{text}</StatusBadge>
        <h2 className="font-display text-3xl leading-tight font-bold tracking-tight text-balance">
          Your wall is still bare
        </h2>
        <p className="text-muted text-pretty">
          Your account is ready, and there is no subscription on it yet. At the moment we open each one by hand: tell us
          that you would like one, and with which e-mail address you signed up. It appears on this page as soon as it is
          open, and until then there is nothing to pay.
        </p>
        <Button variant="secondary" onClick={onCheckAgain}>
          Check again
        </Button>
      </div>
      <div aria-hidden="true" className="hidden aspect-3/4 rotate-2 rounded-sm border-2 border-dashed border-edge sm:block" />
    </Card>
  );
}
