'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { day, sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import { leavingService } from '@/services/leavingService';

import { useAct } from '../hooks/useAct';

export interface KeepAccountProps {
  /** From when on everything is gone (ISO 8601). */
  dueAt: string;
  onKept: () => void;
}

/** Says when the account goes, and lets it stay. */
export function KeepAccount({ dueAt, onKept }: KeepAccountProps) {
  const locale = useLocale();
  const { busy, refusal, run } = useAct();
  const keep = () =>
    run(async () => {
      await leavingService.keep();
      onKept();
    });
  return (
    <div className="grid gap-3">
      <Alert tone="warn" title={`Your account will be deleted on ${day(locale, dueAt)}`}>
        <p>With everything in it. Until then nothing is lost.</p>
        <div className="mt-2">
          <Button size="small" busy={busy} onClick={() => void keep()}>
            Keep my account
          </Button>
        </div>
      </Alert>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
    </div>
  );
}
