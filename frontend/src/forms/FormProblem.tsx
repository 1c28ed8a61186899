import { Alert } from '@/components/ui/Alert';
import { LiveRegion } from '@/components/ui/LiveRegion';
import type { Part } from '@/components/ui/part';

import type { Refusal } from './useSubmission';

/** "45 seconds", "2 minutes 5 seconds". */
function span(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 60), 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}

interface WaitProps {
  /** Seconds that the server asked for. */
  asked: number;
  /** Seconds that are left of them. */
  left: number;
}

/** How long to wait: counted down for the eye, said once for the ear. */
function Wait({ asked, left }: WaitProps) {
  if (left === 0) return <p>You can try again now.</p>;
  return (
    <>
      <p className="sr-only">{`You can try again in ${span(Math.ceil(asked))}.`}</p>
      <p aria-hidden="true">{`You can try again in ${span(left)}.`}</p>
    </>
  );
}

export interface FormProblemProps {
  id: string;
  refusal: Refusal | null;
  left: number;
  /** The browser is at its proof of work. */
  proving: boolean;
  /** What else to say of a refusal: a way on. */
  children?: Part;
}

/** Where a form says why it was refused as a whole. Always on the page, so that what arrives in it is announced. */
export function FormProblem({ id, refusal, left, proving, children }: FormProblemProps) {
  // The wait is over, and with it what was refused for it.
  const over = Boolean(refusal?.problem.retry_after) && left === 0;
  return (
    // Empty, it is out of the flow, so that it leaves no gap, and still there for those who listen.
    <div id={id} className={refusal || proving ? undefined : 'sr-only'}>
      <LiveRegion>
        {proving && (
          <Alert tone="info" title="Checking that you are not a robot">
            <p>Your browser does this by itself, in a few seconds. What you typed is kept.</p>
          </Alert>
        )}
      </LiveRegion>
      <LiveRegion urgency="assertive">
        {refusal && (
          <Alert key={refusal.nth} tone={over ? 'info' : 'bad'} title={over ? undefined : refusal.problem.title}>
            {!over && refusal.problem.detail && <p>{refusal.problem.detail}</p>}
            {refusal.problem.errors.map(({ pointer, message }) => (
              <p key={pointer}>{message}</p>
            ))}
            {refusal.problem.retry_after ? <Wait asked={refusal.problem.retry_after} left={left} /> : null}
            {children}
          </Alert>
        )}
      </LiveRegion>
    </div>
  );
}
