'use client';

import { useRef, type ReactNode } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { sentence } from '@/lib/format';

import { useDevices } from '../hooks/useDevices';
import { useSigningOut } from '../hooks/useSigningOut';
import { Device } from './Device';
import { DevicesCard } from './DevicesCard';
import { DevicesSkeleton } from './DevicesSkeleton';
import { OthersDialog } from './OthersDialog';
import { SecurityFrame } from './SecurityFrame';

export interface DevicesPanelProps {
  /**
   * What else there is about who can get in: at work from the start, and shown below the list as soon as there is one. It
   * reads the list again when it has logged browsers out.
   */
  children?: (reload: () => Promise<void>) => ReactNode;
}

/** Where the user is logged in: to see, and to end. */
export function DevicesPanel({ children }: DevicesPanelProps) {
  const desk = useDevices();
  const leaving = useSigningOut(desk);
  const heading = useRef<HTMLHeadingElement>(null);
  const { view } = desk;

  /** The button that was pressed is gone with what it did; the focus must not be. */
  async function thenHeading(work: Promise<boolean | void>) {
    if ((await work) !== false) heading.current?.focus();
  }

  const { outcome } = leaving;
  const others = view.phase === 'ready' ? view.facts.sessions.filter(({ current }) => !current).length : 0;
  return (
    <SecurityFrame heading={heading}>
      <LiveRegion>
        {outcome && !leaving.asking && (
          <Alert key={outcome.nth} tone={outcome.tone} className="mb-6">
            {sentence(outcome.text)}
          </Alert>
        )}
      </LiveRegion>
      {view.phase === 'loading' && <DevicesSkeleton />}
      {view.phase === 'failed' && (
        <LoadFailure
          title="We could not fetch where you are logged in"
          retrying={view.retrying}
          onRetry={() => void thenHeading(desk.reload())}
        >
          {sentence(view.problem.title) + (view.unseen ? ' Nothing has changed.' : '')}
        </LoadFailure>
      )}
      {view.phase === 'ready' && (
        <>
          <DevicesCard
            footer={
              others > 0 ? (
                <Button variant="danger" onClick={leaving.ask}>
                  Log out everywhere else
                </Button>
              ) : (
                <p className="text-muted">Only this browser is logged in.</p>
              )
            }
          >
            {view.facts.sessions.map((session) => (
              <Device
                key={session.id}
                session={session}
                busy={leaving.isBusy(session)}
                onSignOut={() => void thenHeading(leaving.leave(session))}
              />
            ))}
          </DevicesCard>
          <OthersDialog
            open={leaving.asking}
            others={others}
            busy={leaving.othersBusy}
            refusal={outcome?.tone === 'bad' ? outcome.text : null}
            onKeep={leaving.keep}
            onSignOut={() => void thenHeading(leaving.leaveOthers())}
          />
          <StepUpDialog question={leaving.question} email={view.facts.email} purpose="To log a browser out" />
        </>
      )}
      {children && (
        // Not seen yet, so that nothing jumps when the list turns out longer or shorter than its skeleton.
        <div className="mt-6" hidden={view.phase === 'loading'}>
          {children(desk.reload)}
        </div>
      )}
    </SecurityFrame>
  );
}
