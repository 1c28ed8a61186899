'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { useStepUp } from '@/forms/useStepUp';
import { sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import { exactly } from '@/lib/moments';
import { accountService } from '@/services/accountService';

import { useAct } from '../hooks/useAct';

export interface PendingEmailProps {
  /** The address so far, for password managers in the dialog. */
  email: string;
  /** The address that waits. */
  wanted: string;
  /** Until when it can be confirmed (ISO 8601). */
  until: string;
  /** Hears what to tell the person. */
  onDone: (message: string) => void;
}

/** A change of address that is under way: seen, sent again, withdrawn. */
export function PendingEmail({ email, wanted, until, onDone }: PendingEmailProps) {
  const locale = useLocale();
  const { busy, refusal, run } = useAct();
  const { guarded, question } = useStepUp();

  const again = () =>
    run(async () => {
      await guarded(() => accountService.changeEmail(wanted));
      onDone(`We have sent another mail to ${wanted}. Only that one counts now.`);
    });
  const withdraw = () =>
    run(async () => {
      await accountService.withdrawEmail();
      onDone('The change is withdrawn. Your e-mail address stays what it is.');
    });

  return (
    <Alert tone="info" title="Waiting for your new address">
      <p>
        We have sent a mail to <strong className="wrap-anywhere">{wanted}</strong>. Press its button by {exactly(locale, until)},
        and you log in with that address from then on.
      </p>
      <div className="mt-3 flex flex-wrap gap-3">
        <Button variant="secondary" size="small" busy={busy} onClick={() => void again()}>
          Send it again
        </Button>
        <Button variant="secondary" size="small" busy={busy} onClick={() => void withdraw()}>
          Withdraw the change
        </Button>
      </div>
      <LiveRegion urgency="assertive">{refusal && <p className="mt-3 font-medium text-bad">{sentence(refusal)}</p>}</LiveRegion>
      <StepUpDialog question={question} email={email} purpose="To send it again" />
    </Alert>
  );
}
