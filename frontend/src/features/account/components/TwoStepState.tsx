'use client';

import { Ago } from '@/components/ui/Ago';
import { Button } from '@/components/ui/Button';
import { StatusBadge } from '@/components/ui/StatusBadge';
import type { Factors } from '@/types/api';

import type { TwoStep } from '../hooks/useTwoStep';
import { TurnOffDialog } from './TurnOffDialog';

export interface TwoStepStateProps {
  facts: Factors;
  desk: TwoStep;
  /** Puts the focus where the outcome is told. */
  thenHere: (work: Promise<boolean | void>) => void;
}

const FEW = 3;

/** Whether it is on, and what can be done about that. */
export function TwoStepState({ facts, desk, thenHere }: TwoStepStateProps) {
  const { totp_since, recovery_codes_left: left, trusted_browsers: trusted } = facts;

  if (totp_since === null) {
    return (
      <>
        <p className="text-muted">
          Ask for a code from your phone as well as your password. Then nobody gets in who only knows your password.
        </p>
        <Button busy={desk.busy} onClick={() => void desk.begin()} className="justify-self-start">
          Turn on two-step log-in
        </Button>
      </>
    );
  }
  return (
    <>
      <p key="on" className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StatusBadge tone="good">On</StatusBadge>
        <span className="text-muted">
          <span>Authenticator app, added</span> <Ago time={totp_since} />
        </span>
      </p>
      <p key="left" className={left <= FEW ? 'font-medium text-warn' : 'text-muted'}>
        {left === 0 ? 'No recovery code is left' : left === 1 ? 'One recovery code is left' : `${left} recovery codes are left`}
        {left <= FEW ? ': make new ones, so that you can log in when your phone is gone.' : '.'}
      </p>
      {trusted > 0 && (
        <p className="text-muted">
          {trusted === 1 ? 'One browser is trusted and asks' : `${trusted} browsers are trusted and ask`} for your password
          only.
        </p>
      )}
      <div className="flex flex-wrap gap-3">
        <Button variant="secondary" busy={desk.busy} onClick={() => void desk.renew()}>
          New recovery codes
        </Button>
        {trusted > 0 && (
          <Button variant="secondary" busy={desk.busy} onClick={() => thenHere(desk.distrust())}>
            Ask for a code in every browser
          </Button>
        )}
        <Button variant="danger" busy={desk.busy} onClick={desk.askOff}>
          Turn off
        </Button>
      </div>
      <TurnOffDialog
        open={desk.asking}
        busy={desk.busy}
        refusal={desk.asking && desk.told ? desk.told.text : null}
        onKeep={desk.leaveOn}
        onTurnOff={() => thenHere(desk.turnOff())}
      />
    </>
  );
}
