'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { sentence } from '@/lib/format';

export interface OthersDialogProps {
  open: boolean;
  /** How many other browsers are logged in. */
  others: number;
  busy: boolean;
  /** Why the last try was refused, in one sentence. */
  refusal: string | null;
  onKeep: () => void;
  onSignOut: () => void;
}

/** Asks once more before all other browsers are logged out. */
export function OthersDialog({ open, others, busy, refusal, onKeep, onSignOut }: OthersDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title="Log out everywhere else?"
      actions={
        <>
          <Button variant="primary" onClick={onKeep}>
            Cancel
          </Button>
          <Button variant="danger" busy={busy} onClick={onSignOut}>
            Yes, log out
          </Button>
        </>
      }
    >
      <p>
        {others === 1 ? 'The other browser is' : `The ${others} other browsers are`} logged out at once, and your password
        is needed to come back. This browser stays logged in.
      </p>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
    </Dialog>
  );
}
