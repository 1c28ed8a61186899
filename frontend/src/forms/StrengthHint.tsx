'use client';

import { useWatch, type Control } from 'react-hook-form';

import { LiveRegion } from '@/components/ui/LiveRegion';
import type { Credentials } from '@/types/api';

import { useSettled } from '../hooks/useSettled';
import { useStrength } from '../hooks/useStrength';

const COLOURS = ['bg-bad', 'bg-bad', 'bg-warn', 'bg-good', 'bg-good'];

/** Says how good the password is while it is typed: seen at once, heard after a pause. */
export function StrengthHint({ control }: { control: Control<Credentials> }) {
  const [email, password] = useWatch({ control, name: ['email', 'password'] });
  const { score, text } = useStrength(password ?? '', email ?? '');
  const spoken = useSettled(text, 1000);

  return (
    // The height is kept, so that nothing jumps at the first letter.
    <div className="grid min-h-9 content-start gap-1.5">
      <div className="grid grid-cols-4 gap-1.5" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={`h-1.5 rounded-full ${text !== '' && (score >= step || step === 1) ? COLOURS[score] : 'bg-line'}`}
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
