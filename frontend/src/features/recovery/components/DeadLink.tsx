'use client';

import { useLayoutEffect, useRef } from 'react';

import { CardHeading } from '@/components/ui/CardHeading';
import { sentence } from '@/lib/format';
import type { Problem } from '@/services/problem';

import { INCOMPLETE } from '../hooks/deadLinks';
import { OUTGROWN, type WayOn } from '../hooks/errands';
import { PasteLink } from './PasteLink';
import { Ways } from './Ways';

export interface DeadLinkProps {
  problem: Problem;
  /** What to do next. */
  next: WayOn;
}

/** A link that leads nowhere any more: why, that nothing has changed, and what to do next. */
export function DeadLink({ problem, next }: DeadLinkProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const way = problem.code === 'token_outgrown' ? OUTGROWN : next;
  // At once: what had the focus is gone.
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid justify-items-start gap-4">
      <CardHeading ref={heading} className="text-balance">
        {sentence(problem.title)}
      </CardHeading>
      {problem.detail && <p>{problem.detail}</p>}
      {problem === INCOMPLETE && <PasteLink />}
      <p className="text-muted">Nothing has been changed by it. {way.text}</p>
      <Ways {...way} />
    </div>
  );
}
