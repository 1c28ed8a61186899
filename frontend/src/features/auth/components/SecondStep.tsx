'use client';

import { useState } from 'react';

import { Button } from '@/components/ui/Button';
import type { Problem } from '@/services/problem';

import { AppStep } from './AppStep';
import { RecoveryStep } from './RecoveryStep';

export interface SecondStepProps {
  /** The answer to the right password. */
  challenge: Problem;
  onSuccess: () => void;
  /** It took too long, or too many tries: back to the password. */
  onEnd: (problem: Problem) => void;
}

/** The second step of a log-in: a code of the app, or a recovery code. */
export function SecondStep({ challenge, ...rest }: SecondStepProps) {
  const [recovering, setRecovering] = useState(false);
  const Step = recovering ? RecoveryStep : AppStep;
  return (
    <div className="grid gap-5">
      <h2 className="font-display text-2xl leading-tight font-bold tracking-tight">One more step</h2>
      <Step ticket={challenge.ticket ?? ''} {...rest} />
      {challenge.factors?.includes('recovery_code') && (
        <Button variant="quiet" onClick={() => setRecovering(!recovering)} className="justify-self-start">
          {recovering ? 'Use your authenticator app' : 'Use a recovery code'}
        </Button>
      )}
    </div>
  );
}
