'use client';

import type { ReactNode } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { FormProblem } from '@/forms/FormProblem';

import { useCodeMail } from '../hooks/useCodeMail';
import { CodeForm } from './CodeForm';

export interface VerifyEmailProps {
  /** Where the code went. */
  email: string;
  onVerified: () => void;
  /** What else there is to press. */
  children?: ReactNode;
}

/** Proves that the address is theirs: the code that was mailed at the sign-up, or another one, is typed here. */
export function VerifyEmail({ email, onVerified, children }: VerifyEmailProps) {
  const { sent, nth, refusal, busy, left, send } = useCodeMail();

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p>
        Type the six digits that we mailed to <strong className="wrap-anywhere">{email}</strong>. Then we can help you when you
        forget your password.
      </p>
      <FormProblem id="code-mail-problem" refusal={refusal} left={left} proving={false} />
      {/* Another code makes the one before void: only then is it typed anew. */}
      <CodeForm key={nth} again={nth > 0} onSuccess={onVerified} />
      <div className={sent ? undefined : 'sr-only'}>
        <LiveRegion>{sent && <Alert tone="info">{`We have mailed a new code to ${email}. Only that one counts now.`}</Alert>}</LiveRegion>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="secondary" size="small" busy={busy || left > 0} onClick={() => void send()}>
          Send me another code
        </Button>
        {children}
      </div>
      <p className="text-[0.9375rem] text-muted">No mail? Look among the junk mail, too.</p>
    </div>
  );
}
