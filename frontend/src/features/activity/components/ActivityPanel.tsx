'use client';

import { useEffect, useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Card } from '@/components/ui/Card';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { LoadFailure } from '@/components/ui/LoadFailure';
import { sentence } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import { dayName, useNow } from '@/lib/moments';

import { byDay } from '../hooks/days';
import { useActivity, type Fetched } from '../hooks/useActivity';
import { isRefusedLogin } from '../hooks/wording';
import { ActivityFrame } from './ActivityFrame';
import { ActivitySkeleton } from './ActivitySkeleton';
import { DayCard } from './DayCard';
import { elementOf, Event } from './Event';

/** What happened to the account of whoever is logged in, the latest first. */
export function ActivityPanel() {
  const { view, reload, more, busy, refusal } = useActivity();
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const end = useRef<HTMLParagraphElement>(null);
  const locale = useLocale();
  const now = useNow();
  const next = view.phase === 'ready' ? view.facts.next : null;

  // Reading goes on where the new events begin, and the button may be gone.
  useEffect(() => {
    if (fetched === null) return;
    const first = fetched.first === null ? end.current : document.getElementById(elementOf(fetched.first));
    first?.focus();
  }, [fetched]);

  async function again() {
    await reload();
    heading.current?.focus();
  }

  async function older() {
    setFetched(await more());
  }

  if (view.phase === 'loading') return <ActivitySkeleton />;
  if (view.phase === 'failed') {
    return (
      <ActivityFrame heading={heading}>
        <LoadFailure
          title="We could not fetch your recent activity"
          retrying={view.retrying}
          onRetry={() => void again()}
        >
          {`${sentence(view.problem.title)} Nothing of it is lost.`}
        </LoadFailure>
      </ActivityFrame>
    );
  }

  const { events } = view.facts;
  return (
    <ActivityFrame heading={heading}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        {events.some(isRefusedLogin) && (
          <Alert tone="info" title="About refused log-ins">
            The password was wrong, so nobody got in. If that was you, all is well. If this was not you, somebody may be
            guessing: a password that you use nowhere else keeps them out.
          </Alert>
        )}
        {events.length === 0 && (
          <Card>
            <p className="text-muted">Nothing has happened yet.</p>
          </Card>
        )}
        {byDay(events).map(({ key, events: [first, ...rest] }) => (
          <DayCard key={key} name={<time dateTime={key}>{dayName(locale, first.occurred_at, now)}</time>}>
            {[first, ...rest].map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </DayCard>
        ))}
        <LiveRegion>{refusal && <Alert tone="bad">{sentence(refusal.title)} Please try again.</Alert>}</LiveRegion>
        {next === null ? (
          <p ref={end} tabIndex={-1} className="text-muted outline-none">
            That is everything.
          </p>
        ) : (
          <Button variant="secondary" className="justify-self-start" busy={busy} onClick={() => void older()}>
            Show more
          </Button>
        )}
      </div>
    </ActivityFrame>
  );
}
