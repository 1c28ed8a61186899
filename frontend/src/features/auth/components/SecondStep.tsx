'use client';

import { useState } from 'react';

import { Button } from '@/components/ui/Button';
import type { Part } from '@/components/ui/part';
import type { Problem } from '@/services/problem';
import { knowsPasskeys } from '@/services/webAuthn';

import { AppStep } from './AppStep';
import { PasskeyStep } from './PasskeyStep';
import { RecoveryStep } from './RecoveryStep';

export interface SecondStepProps {
  /** The answer to the right password. */
  challenge: Problem;
  /** Whose it was. */
  email: string;
  /** Nothing is done: back to the password. */
  onBack: () => void;
  onSuccess: () => void;
  /** It took too long, or too many tries: back to the password. */
  onEnd: (problem: Problem) => void;
  /** What there is to tell first. */
  children?: Part;
}

const WAYS = [
  { factor: 'totp', Step: AppStep, label: 'Use your authenticator app' },
  { factor: 'passkey', Step: PasskeyStep, label: 'Use a passkey' },
  { factor: 'recovery_code', Step: RecoveryStep, label: 'Use a recovery code' },
] as const;

/** The second step of a log-in: a code of the app, a passkey, or a recovery code. */
export function SecondStep({ challenge, email, onBack, children, ...rest }: SecondStepProps) {
  const [taken, setTaken] = useState<string>('totp');
  const offered = ['totp', ...(challenge.factors ?? [])].filter((factor) => factor !== 'passkey' || knowsPasskeys());
  const { Step } = WAYS.find(({ factor }) => factor === taken) ?? WAYS[0];
  return (
    <div data-step="second" className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <h2 className="font-display text-2xl leading-tight font-bold tracking-tight">One more step</h2>
      <p>
        You log in as <strong className="wrap-anywhere">{email}</strong>.
      </p>
      {children}
      <Step ticket={challenge.ticket ?? ''} {...rest} />
      {WAYS.filter(({ factor }) => factor !== taken && offered.includes(factor)).map(({ factor, label }) => (
        <Button key={factor} variant="quiet" onClick={() => setTaken(factor)} className="justify-self-start">
          {label}
        </Button>
      ))}
      <Button variant="quiet" onClick={onBack} className="justify-self-start">
        Not you? Back to the password
      </Button>
    </div>
  );
}
