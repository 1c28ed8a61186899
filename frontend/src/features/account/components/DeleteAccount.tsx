'use client';

import { useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { sentence } from '@/lib/format';
import { leavingService } from '@/services/leavingService';
import { useSessionStore } from '@/store/sessionStore';

import { useAct } from '../hooks/useAct';
import { useStepUp } from '@/forms/useStepUp';
import { StepUpDialog } from '@/forms/StepUpDialog';

export interface DeleteAccountProps {
  email: string;
}

/** The way out for good: asks once more, and for the password where the log-in was some time ago. */
export function DeleteAccount({ email }: DeleteAccountProps) {
  const [asking, setAsking] = useState(false);
  const { busy, refusal, run } = useAct();
  const { guarded, question } = useStepUp();
  const leave = useSessionStore((session) => session.leave);

  function remove() {
    setAsking(false);
    void run(async () => {
      await guarded(() => leavingService.remove());
      leave();
    });
  }

  return (
    <>
      <p className="text-muted">
        You have 7 days to change your mind. Then everything that we hold about you is erased, and your address is free again.
      </p>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
      <Button variant="danger" busy={busy} onClick={() => setAsking(true)} className="justify-self-start">
        Delete my account
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete your account?"
        actions={
          <>
            <Button variant="primary" onClick={() => setAsking(false)}>
              Keep my account
            </Button>
            <Button variant="danger" onClick={remove}>
              Yes, delete it
            </Button>
          </>
        }
      >
        <p>You are logged out everywhere, and your subscription does not renew.</p>
        <p>Within 7 days you can log in and keep your account. After that nobody can bring it back.</p>
      </Dialog>
      <StepUpDialog question={question} email={email} purpose="To delete your account" />
    </>
  );
}
