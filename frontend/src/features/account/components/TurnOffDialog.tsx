'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { sentence } from '@/lib/format';

export interface TurnOffDialogProps {
  open: boolean;
  busy: boolean;
  /** Why the last try was refused, in one sentence. */
  refusal: string | null;
  onKeep: () => void;
  onTurnOff: () => void;
}

/** Asks once more before the second step goes. */
export function TurnOffDialog({ open, busy, refusal, onKeep, onTurnOff }: TurnOffDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title="Turn two-step log-in off?"
      actions={
        <>
          <Button onClick={onKeep}>Leave it on</Button>
          <Button variant="danger" busy={busy} onClick={onTurnOff}>
            Yes, turn it off
          </Button>
        </>
      }
    >
      <p>Your password alone opens your account then, and your recovery codes no longer work.</p>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
    </Dialog>
  );
}
