'use client';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { FormProblem } from '@/forms/FormProblem';
import { day } from '@/lib/format';
import { useLocale } from '@/lib/locale';
import type { Problem } from '@/services/problem';

import { useAppRemoval } from '../hooks/useAppRemoval';
import { StandingNotice } from './StandingNotice';

export interface AppRemovalProps {
  /** From when on the app is removed (ISO 8601). */
  dueAt: string;
  /** This browser may remove it at once. */
  mayRemove: boolean;
  ticket: string;
  /** Hears what to tell at the password. */
  onRemoved: (news: string) => void;
  onEnd: (problem: Problem) => void;
}

/** Above the second step of somebody whose account has an app that somebody else turned on. */
export function AppRemoval({ dueAt, mayRemove, ticket, onRemoved, onEnd }: AppRemovalProps) {
  const locale = useLocale();
  const { remove, busy, refusal, left } = useAppRemoval(ticket, onRemoved, onEnd);
  return (
    <div className="grid gap-5">
      <StandingNotice>
        <Alert tone="warn">
          Your authenticator app is to be removed on {day(locale, dueAt)}, because you told us that it was not you who
          turned it on.
        </Alert>
      </StandingNotice>
      {mayRemove && (
        <>
          <FormProblem id="removal-problem" refusal={refusal} left={left} proving={false} />
          <Button
            variant="secondary"
            size="large"
            busy={busy || left > 0}
            aria-describedby={refusal ? 'removal-problem' : undefined}
            onClick={() => void remove()}
          >
            Remove it now
          </Button>
        </>
      )}
    </div>
  );
}
