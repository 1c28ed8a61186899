'use client';

import { useRef } from 'react';

import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import { Skeleton } from '@/components/ui/Skeleton';
import { sentence } from '@/lib/format';

import type { TwoStep } from '../hooks/useTwoStep';
import { AppSetup } from './AppSetup';
import { RecoveryCodes } from './RecoveryCodes';
import { SettingsCard } from './SettingsCard';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { TwoStepState } from './TwoStepState';

export interface TwoStepCardProps {
  desk: TwoStep;
}

/** Two-step log-in: to see, to turn on and off, and the codes for the day the phone is gone. */
export function TwoStepCard({ desk }: TwoStepCardProps) {
  const { view, stage, told, question } = desk;
  const place = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  /** What had the focus is gone with what it did; when nothing was done it is still there. */
  const thenHere = (work: Promise<boolean | void>) =>
    void work.then((done) => {
      if (done !== false) place.current?.focus();
    });

  function leave() {
    desk.leave();
    // Nothing is told of it.
    heading.current?.focus();
  }

  return (
    <div>
      <div ref={place} tabIndex={-1}>
        <LiveRegion>
          {told && !desk.asking && (
            <Alert key={told.nth} tone={told.tone} className="mb-6">
              {sentence(told.text)}
            </Alert>
          )}
        </LiveRegion>
      </div>
      {view.phase === 'failed' ? (
        <LoadFailure
          title="We could not fetch how you log in"
          retrying={view.retrying}
          onRetry={() => thenHere(desk.reload())}
        >
          {sentence(view.problem.title) + (view.unseen ? ' Nothing has changed.' : '')}
        </LoadFailure>
      ) : (
        <SettingsCard title="Two-step log-in" heading={heading} busy={view.phase === 'loading'}>
          {view.phase === 'loading' && <Skeleton className="h-24 w-full" />}
          {view.phase === 'ready' && (
            <>
              {stage.at === 'rest' && <TwoStepState facts={view.facts.factors} desk={desk} thenHere={thenHere} />}
              {stage.at === 'secret' && (
                <AppSetup secret={stage.secret} onCodes={desk.confirmed} onCancel={leave} />
              )}
              {stage.at === 'codes' && (
                <RecoveryCodes
                  codes={stage.codes}
                  email={view.facts.email}
                  waiting={stage.setId !== null}
                  busy={desk.busy}
                  onKept={() => thenHere(desk.kept(stage.setId))}
                  onCancel={leave}
                />
              )}
              <StepUpDialog question={question} email={view.facts.email} purpose="To change two-step log-in" />
            </>
          )}
        </SettingsCard>
      )}
    </div>
  );
}
