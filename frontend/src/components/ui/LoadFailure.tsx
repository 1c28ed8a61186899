'use client';

import type { ReactNode, Ref } from 'react';

import { Button } from './Button';
import { Card } from './Card';
import { CardHeading } from './CardHeading';
import { StopIcon } from './icons';

export interface LoadFailureProps {
  title: string;
  /** Receives the focus where that of the page does not. */
  heading?: Ref<HTMLHeadingElement>;
  /** Why, and that nothing is lost or changed where that is certain. */
  children: ReactNode;
  retrying: boolean;
  onRetry: () => void;
}

/** The facts could not be read: says so, says why, and offers another try. */
export function LoadFailure({ title, heading, children, retrying, onRetry }: LoadFailureProps) {
  return (
    <Card as="section" className="grid justify-items-start gap-4">
      <div role="alert" className="grid gap-3">
        <StopIcon className="size-8 text-bad" />
        <CardHeading ref={heading} className="text-balance">
          {title}
        </CardHeading>
        <p className="text-muted">{children}</p>
      </div>
      <Button busy={retrying} onClick={onRetry}>
        Try again
      </Button>
    </Card>
  );
}
