'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { useStepUp } from '@/forms/useStepUp';
import { day, sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import { factorService } from '@/services/factorService';

import { useAct } from '../hooks/useAct';
import type { TwoStep } from '../hooks/useTwoStep';

export interface AppRemovalBannerProps {
  desk: TwoStep;
}

/** For somebody whose authenticator app is about to be removed: when, and the way to keep it. */
export function AppRemovalBanner({ desk: { view, reload } }: AppRemovalBannerProps) {
  const locale = useLocale();
  const { busy, refusal, run } = useAct();
  const { guarded, question } = useStepUp();
  const [kept, setKept] = useState(false);
  const place = useRef<HTMLElement>(null);
  const factors = view.phase === 'ready' ? view.facts.factors : null;
  const dueAt = factors?.removal_due_at ?? null;
  // Kept, and turned off afterwards.
  const gone = factors !== null && factors.totp_since === null;

  const keep = () =>
    run(async () => {
      await guarded(factorService.keepApp);
      setKept(true);
      // The button that was pressed goes.
      place.current?.focus();
      await reload();
    });

  if (gone || (!kept && dueAt === null)) return null;
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label="Your authenticator app"
      className="mx-auto grid w-full max-w-6xl gap-3 px-5 pt-6 outline-none sm:px-8"
    >
      {!kept && dueAt !== null && (
        <Alert tone="warn" title={`Your authenticator app is to be removed on ${day(locale, dueAt)}`}>
          <p>If you turned it on yourself, keep it.</p>
          <div className="mt-2">
            <Button size="small" busy={busy} onClick={() => void keep()}>
              Keep it
            </Button>
          </div>
        </Alert>
      )}
      <LiveRegion hidden={!kept}>{kept && <Alert tone="good">Your authenticator app stays.</Alert>}</LiveRegion>
      <LiveRegion urgency="assertive" hidden={refusal === null}>
        {refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}
      </LiveRegion>
      <StepUpDialog question={question} email={view.phase === 'ready' ? view.facts.email : ''} purpose="To keep your authenticator app" />
    </section>
  );
}
