'use client';

import { Button } from '@/components/ui/Button';
import { Card } from '@/components/ui/Card';
import { StopIcon } from '@/components/ui/icons';
import { sentence } from '@/lib/format';
import type { Problem } from '@/services/problem';

export interface LoadFailureProps {
  problem: Problem;
  retrying: boolean;
  onRetry: () => void;
}

/** The facts could not be read: says so, says that nothing changed, and offers another try. */
export function LoadFailure({ problem, retrying, onRetry }: LoadFailureProps) {
  return (
    <Card as="section" className="grid justify-items-start gap-4">
      <div role="alert" className="grid gap-3">
        <StopIcon className="size-8 text-bad" />
        <h2 className="font-display text-2xl leading-tight font-bold tracking-tight text-balance">
          We could not fetch your subscription
        </h2>
        <p className="text-muted">{sentence(problem.title)} Your subscription itself is not affected.</p>
      </div>
      <Button busy={retrying} onClick={onRetry}>
        Try again
      </Button>
    </Card>
  );
}
