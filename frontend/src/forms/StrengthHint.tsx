'use client';

import type { ReactNode } from 'react';

import { LiveRegion } from '@/components/ui/LiveRegion';

import { useSettled } from './useSettled';
import { useStrength } from './useStrength';

const COLOURS = ['bg-bad', 'bg-bad', 'bg-warn', 'bg-good', 'bg-good'];

export interface StrengthHintProps {
  password: string;
  /** Lets a likeness be seen; empty when it is not known. */
  email: string;
  /** What the field is refused for: it is not said twice. */
  refused?: ReactNode;
}

/** Says how good the password is while it is typed: seen at once, heard after a pause. */
export function StrengthHint({ password, email, refused }: StrengthHintProps) {
  const { score, text: found } = useStrength(password, email);
  const text = found === refused ? '' : found;
  const spoken = useSettled(text, 1000);

  return (
    // The height is kept, so that nothing jumps at the first letter.
    <div className="grid min-h-9 content-start gap-1.5">
      <div className="grid grid-cols-4 gap-1.5" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={`h-1.5 rounded-full ${found !== '' && (score >= step || step === 1) ? COLOURS[score] : 'bg-line'}`}
          />
        ))}
      </div>
      <p className="text-[0.9375rem] leading-snug text-muted" data-strength={score}>
        {text}
      </p>
      <LiveRegion hidden>{spoken}</LiveRegion>
    </div>
  );
}
