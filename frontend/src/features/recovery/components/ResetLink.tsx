'use client';

import { useCallback, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import type { Problem } from '@/services/problem';
import { recoveryService } from '@/services/recoveryService';
import { useLoaded } from '@/store/useLoaded';

import { INCOMPLETE, isDead } from '../hooks/deadLinks';
import { RESET_DEAD } from '../hooks/errands';
import { useFragment } from '../hooks/useFragment';
import { Checking } from './Checking';
import { DeadLink } from './DeadLink';
import { ResetForm } from './ResetForm';

export interface ResetLinkProps {
  /** The password of that address is changed; where to go is the page's business. */
  onSuccess: (email: string) => void;
}

/** A token is looked at before somebody thinks of a password. */
function Checked({ token, onSuccess }: ResetLinkProps & { token: string }) {
  const { view, reload } = useLoaded(useCallback(() => recoveryService.checkReset(token), [token]));
  const [died, setDied] = useState<Problem | null>(null);

  const problem = died ?? (view.phase === 'failed' ? view.problem : null);
  if (problem && isDead(problem)) return <DeadLink problem={problem} next={RESET_DEAD} />;
  if (view.phase === 'loading') return <Checking />;
  if (view.phase === 'ready')
    return <ResetForm token={token} email={view.facts.email} onSuccess={onSuccess} onDead={setDied} />;
  return (
    <div className="grid justify-items-start gap-4">
      <LiveRegion urgency="assertive">
        <Alert tone="bad" title={view.problem.title}>
          Your link is still good.
        </Alert>
      </LiveRegion>
      <Button busy={view.retrying} onClick={() => void reload()}>
        Try again
      </Button>
    </div>
  );
}

/** `/reset/#TOKEN`: a new password by a mailed link. */
export function ResetLink({ onSuccess }: ResetLinkProps) {
  const token = useFragment();
  if (token === null) return <Checking />;
  if (token === '') return <DeadLink problem={INCOMPLETE} next={RESET_DEAD} />;
  return <Checked key={token} token={token} onSuccess={onSuccess} />;
}
