'use client';

import { useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { FormProblem } from '@/forms/FormProblem';

import { useCodeMail } from '../hooks/useCodeMail';
import { CodeForm } from './CodeForm';

export interface VerifyEmailProps {
  onVerified: () => void;
}

/** Proves that the address is theirs: a code is mailed, and typed here. */
export function VerifyEmail({ onVerified }: VerifyEmailProps) {
  const [typing, setTyping] = useState(false);
  const { sent, nth, refusal, busy, left, send } = useCodeMail(() => setTyping(true));

  return (
    <div className="grid gap-5">
      <p className="text-muted">
        Confirm that this address is yours, so that we can help you when you forget your password.
      </p>
      <FormProblem id="code-mail-problem" refusal={refusal} left={left} proving={false} />
      <LiveRegion>
        {sent && (
          <Alert tone="info">
            {sent} No mail? Look among the junk mail, too.
          </Alert>
        )}
      </LiveRegion>
      {/* Another code makes the one before void: only then is it typed anew. */}
      {typing && <CodeForm key={nth} onSuccess={onVerified} />}
      <div className="flex flex-wrap gap-3">
        <Button variant={typing ? 'secondary' : 'primary'} busy={busy || left > 0} onClick={() => void send()}>
          {typing ? 'Send me another code' : 'Send me a code'}
        </Button>
        {!typing && (
          <Button variant="quiet" onClick={() => setTyping(true)}>
            I have a code
          </Button>
        )}
      </div>
    </div>
  );
}
