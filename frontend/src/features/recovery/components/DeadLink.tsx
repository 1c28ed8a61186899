'use client';

import { useLayoutEffect, useRef } from 'react';

import { CardHeading } from '@/components/ui/CardHeading';
import { LinkButton } from '@/components/ui/LinkButton';
import { sentence } from '@/lib/format';
import type { Problem } from '@/services/problem';

import type { WayOn } from '../hooks/errands';

export interface DeadLinkProps {
  problem: Problem;
  /** What to do next. */
  next: WayOn;
}

/** A link that leads nowhere any more: why, that nothing has changed, and what to do next. */
export function DeadLink({ problem, next }: DeadLinkProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // At once: what had the focus is gone.
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid justify-items-start gap-4">
      <CardHeading ref={heading} className="text-balance">
        {sentence(problem.title)}
      </CardHeading>
      {problem.detail && <p>{problem.detail}</p>}
      <p className="text-muted">Nothing has been changed by it. {next.text}</p>
      <LinkButton href={next.href}>{next.link}</LinkButton>
    </div>
  );
}
