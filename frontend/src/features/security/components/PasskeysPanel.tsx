'use client';

import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Card } from '@/components/ui/Card';
import { CardHeading } from '@/components/ui/CardHeading';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import type { Part } from '@/components/ui/part';
import { Skeleton } from '@/components/ui/Skeleton';
import { StepUpDialog } from '@/forms/StepUpDialog';
import { sentence } from '@/lib/format';
import { knowsPasskeys } from '@/services/webAuthn';
import type { Passkey } from '@/types/api';

import { usePasskeys, type PasskeyFacts } from '../hooks/usePasskeys';
import { DropDialog, RemoveDialog, RenameDialog } from './PasskeyDialogs';
import { PasskeyRow } from './PasskeyRow';

type Question = { kind: 'rename' | 'remove'; passkey: Passkey } | { kind: 'drop' };

function passwordText({ has_password, may_drop_password }: PasskeyFacts) {
  if (!has_password)
    return (
      <>
        Your account has no password: your passkeys let you in. You can <Link href="/forgot">choose one again</Link> by
        e-mail.
      </>
    );
  return may_drop_password
    ? 'Your passkeys are enough to log in. Without a password there is none to be stolen.'
    : 'With two passkeys, or one and recovery codes, you can do without a password, and there is none to be stolen.';
}

export interface PasskeysPanelProps {
  /** The way to another password, given whose it is; shown where there is one. */
  password: (email: string) => Part;
}

/** The ways in of one's own: passkeys, and the password beside them. */
export function PasskeysPanel({ password }: PasskeysPanelProps) {
  const desk = usePasskeys();
  const [question, setQuestion] = useState<Question | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const { view, outcome } = desk;
  const before = useRef(view.phase);

  // One card takes the place of the other, and with it goes the button that was pressed.
  useEffect(() => {
    if (before.current !== 'loading' && before.current !== view.phase) heading.current?.focus();
    before.current = view.phase;
  }, [view.phase]);

  /** The question is answered: it goes before the work, which may have one of its own. */
  async function go(work: () => Promise<boolean>) {
    setQuestion(null);
    if (await work()) heading.current?.focus();
  }

  const close = () => setQuestion(null);
  const asked = question !== null && question.kind !== 'drop' ? question.passkey : null;

  return (
    <div>
      <LiveRegion>
        {outcome && (
          <Alert key={outcome.nth} tone={outcome.tone} className="mb-6">
            {sentence(outcome.text)}
          </Alert>
        )}
      </LiveRegion>
      <div className="grid gap-6">
        {view.phase === 'failed' && (
          <LoadFailure
            title="We could not fetch your passkeys"
            heading={heading}
            retrying={view.retrying}
            onRetry={() => void desk.reload()}
          >
            {sentence(view.problem.title) + (view.unseen ? ' Nothing has changed.' : '')}
          </LoadFailure>
        )}
        {view.phase !== 'failed' && (
          <Card as="section" aria-busy={view.phase === 'loading' || undefined} className="grid grid-cols-[minmax(0,1fr)]">
            <CardHeading ref={heading}>Passkeys</CardHeading>
            <p className="mt-2 text-muted">
              Log in with your fingerprint, your face or your screen lock. Nothing to remember, and nothing that can be typed
              into a false page.
            </p>
            {view.phase === 'ready' && view.facts.passkeys.length > 0 && (
              <ul className="mt-2 divide-y divide-line">
                {view.facts.passkeys.map((passkey) => (
                  <PasskeyRow
                    key={passkey.id}
                    passkey={passkey}
                    onRename={() => setQuestion({ kind: 'rename', passkey })}
                    onRemove={() => setQuestion({ kind: 'remove', passkey })}
                  />
                ))}
              </ul>
            )}
            <div className="mt-6 flex min-h-12 flex-wrap items-center gap-3 border-t border-line pt-6">
              {view.phase === 'loading' && <Skeleton className="h-12 w-48 max-w-full rounded-full" />}
              {view.phase === 'ready' &&
                (knowsPasskeys() ? (
                  <Button busy={desk.busy} onClick={() => void desk.add()}>
                    Add a passkey
                  </Button>
                ) : (
                  <p className="text-muted">This browser does not know passkeys. Add one in another.</p>
                ))}
            </div>
          </Card>
        )}
        {view.phase === 'ready' && (
          <Card as="section" className="grid grid-cols-[minmax(0,1fr)] justify-items-start gap-4">
            <h2 className="font-display text-2xl leading-tight font-bold tracking-tight">Password</h2>
            {view.facts.has_password && password(view.facts.email)}
            <p key={String(view.facts.has_password)} className="text-muted">
              {passwordText(view.facts)}
            </p>
            {view.facts.may_drop_password && (
              <Button variant="danger" busy={desk.busy} onClick={() => setQuestion({ kind: 'drop' })}>
                Remove password
              </Button>
            )}
          </Card>
        )}
      </div>
      <RemoveDialog
        open={question?.kind === 'remove'}
        passkey={asked}
        busy={desk.busy}
        onKeep={close}
        onGo={() => void go(() => (asked ? desk.remove(asked) : Promise.resolve(false)))}
      />
      {asked && (
        <RenameDialog
          open={question?.kind === 'rename'}
          passkey={asked}
          busy={desk.busy}
          onKeep={close}
          onRename={(name) => void go(() => desk.rename(asked, name))}
        />
      )}
      <DropDialog
        open={question?.kind === 'drop'}
        busy={desk.busy}
        onKeep={close}
        onGo={() => void go(desk.dropPassword)}
      />
      <StepUpDialog question={desk.question} email={view.phase === 'ready' ? view.facts.email : ''} purpose="To change how you log in" />
    </div>
  );
}
