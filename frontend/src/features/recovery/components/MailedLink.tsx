'use client';

import { useLayoutEffect, useRef, type ReactNode } from 'react';

import { AuthShell } from '@/components/layout/AuthShell';
import { Button } from '@/components/ui/Button';
import { CardHeading } from '@/components/ui/CardHeading';
import { CircleCheckIcon } from '@/components/ui/icons';
import type { Part } from '@/components/ui/part';
import { Together } from '@/components/ui/Together';
import { FormProblem } from '@/forms/FormProblem';
import type { Problem } from '@/services/problem';

import { INCOMPLETE } from '../hooks/deadLinks';
import { errandOf, NO_ERRAND, type Errand } from '../hooks/errands';
import { useErrand } from '../hooks/useErrand';
import { useFragment } from '../hooks/useFragment';
import { Checking } from './Checking';
import { DeadLink } from './DeadLink';
import { ResetForm } from './ResetForm';
import { TakenBackList } from './TakenBackList';
import { Ways } from './Ways';

export interface MailedLinkProps {
  /** A new password of that address was chosen on the way; where to go is the page's business. */
  onReset: (email: string) => void;
}

/** What came of it takes the focus: the button that had it is gone. */
function Arrived({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid gap-4">
      <div className="flex items-start gap-3">
        <CircleCheckIcon className="mt-0.5 size-7 shrink-0 text-good" />
        <CardHeading ref={heading} className="text-balance">
          <Together text={title} />
        </CardHeading>
      </div>
      {children}
    </div>
  );
}

/** A question of the server's takes the focus: the button that had it is gone. */
function Asked({ problem, children }: { problem: Problem; children: Part[] }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid gap-5">
      <CardHeading ref={heading} className="text-balance">
        {problem.title}
      </CardHeading>
      {problem.detail ? <p className="text-muted">{problem.detail}</p> : null}
      {children}
    </div>
  );
}

/** One errand, from the question to what came of it. */
function ErrandSteps({ errand, token, onReset }: MailedLinkProps & { errand: Errand; token: string }) {
  const { stage, refusal, busy, left, press, die } = useErrand(errand, token);
  const { title, lead, button, done } = errand;

  if (stage.at === 'dead') {
    return (
      <AuthShell title={<Together text={title} />}>
        <DeadLink problem={stage.problem} next={stage.next} />
      </AuthShell>
    );
  }
  if (stage.at === 'choosing') {
    return (
      <AuthShell title={<Together text={title} />}>
        <Arrived title="Now choose a new password">
          <TakenBackList came={stage.came} />
          <p className="text-muted">Nobody else can come back with the new password.</p>
          <ResetForm token={stage.token} email={stage.came.email ?? ''} onSuccess={onReset} onDead={die} />
        </Arrived>
      </AuthShell>
    );
  }
  if (stage.at === 'questioned') {
    const { yes, no } = stage.question;
    return (
      <AuthShell title={<Together text={title} />}>
        <Asked problem={stage.problem}>
          <FormProblem id="errand-problem" refusal={refusal} left={left} proving={false} />
          <Button size="large" busy={busy || left > 0} onClick={() => void press(yes.run)}>
            {yes.button}
          </Button>
          <Button size="large" variant="secondary" busy={busy || left > 0} onClick={() => void press(no.run)}>
            {no.button}
          </Button>
          <p className="text-[0.9375rem] text-muted">{no.text}</p>
        </Asked>
      </AuthShell>
    );
  }
  if (stage.at === 'done') {
    return (
      <AuthShell title={<Together text={title} />}>
        <Arrived title={done.title}>
          {stage.came && <TakenBackList came={stage.came} />}
          <p className="text-muted">{done.text}</p>
          <Ways {...done} />
        </Arrived>
      </AuthShell>
    );
  }
  return (
    <AuthShell title={<Together text={title} />} lead={lead}>
      <div className="grid gap-5">
        <FormProblem id="errand-problem" refusal={refusal} left={left} proving={false} />
        <Button size="large" busy={busy || left > 0} onClick={() => void press()}>
          {button}
        </Button>
        <p className="text-[0.9375rem] text-muted">Nothing happens before you press the button.</p>
      </div>
    </AuthShell>
  );
}

/** `/verify/#...`: all links in mails but that to choose a new password. Opening it changes nothing; its button does. */
export function MailedLink({ onReset }: MailedLinkProps) {
  const fragment = useFragment();
  const found = fragment === null ? null : errandOf(fragment);
  if (found) return <ErrandSteps key={fragment} {...found} onReset={onReset} />;
  return (
    <AuthShell title="A link from your mail">
      {fragment === null ? <Checking /> : <DeadLink problem={INCOMPLETE} next={NO_ERRAND} />}
    </AuthShell>
  );
}
