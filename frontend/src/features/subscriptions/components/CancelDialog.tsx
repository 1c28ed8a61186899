'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { day, sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';

export interface CancelDialogProps {
  open: boolean;
  plan: string;
  /** The end of the period that is paid for (ISO 8601), where known. */
  until: string | null;
  busy: boolean;
  /** Why the last try was refused, in one sentence. */
  refusal: string | null;
  onKeep: () => void;
  onCancel: () => void;
}

/** Asks once more before a cancellation, and says exactly what it will do and from when. */
export function CancelDialog({ open, plan, until, busy, refusal, onKeep, onCancel }: CancelDialogProps) {
  const locale = useLocale();
  const end = until ? day(locale, until) : 'the end of the period that you have paid for';
  return (
    <Dialog
      open={open}
      onClose={onKeep}
      title={`Cancel ${plan}?`}
      actions={
        <>
          <Button variant="primary" onClick={onKeep}>
            Keep it
          </Button>
          <Button variant="danger" busy={busy} onClick={onCancel}>
            Yes, cancel
          </Button>
        </>
      }
    >
      <p>
        It stays yours until <strong className="text-ink">{end}</strong>, with everything in it. From then on no print is
        sent and nothing is charged.
      </p>
      <p>Until that day you can resume it on this page with one click. Your account stays open either way.</p>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
    </Dialog>
  );
}
