'use client';

import { useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { brand } from '@/lib/brand';
import { sentence } from '@/lib/format';
import { saveFile } from '@/lib/saveFile';
import { leavingService } from '@/services/leavingService';
import type { DataCopy } from '@/types/api';

import { useAct } from '../hooks/useAct';
import { useStepUp } from '@/forms/useStepUp';
import { HeldData } from './HeldData';
import { StepUpDialog } from '@/forms/StepUpDialog';

/** Saves the copy as a file, without asking the server again. Its name says whose service it is of, and the day. */
function save(copy: DataCopy): void {
  const service = brand.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  saveFile(`${service}-data-${new Date().toISOString().slice(0, 10)}.json`, 'application/json', JSON.stringify(copy, null, 2));
}

/** A copy of everything that is held about the person: to read here, and as a file. */
export function YourData({ email }: { email: string }) {
  const [copy, setCopy] = useState<DataCopy | null>(null);
  const { busy, refusal, run } = useAct();
  const { guarded, question } = useStepUp();
  const place = useRef<HTMLDivElement>(null);
  const fetchCopy = () =>
    run(async () => {
      setCopy(await guarded(() => leavingService.copy()));
      // The data takes the place of the button that was pressed.
      place.current?.focus();
    });
  return (
    <>
      <p className="text-muted">Everything that we hold about you, to read and to take along. We tell you by mail that it was handed out.</p>
      <LiveRegion urgency="assertive">{refusal && <Alert tone="bad">{sentence(refusal)}</Alert>}</LiveRegion>
      <div ref={place} tabIndex={-1}>
        <LiveRegion>{copy && <Alert tone="good">Here is your data.</Alert>}</LiveRegion>
      </div>
      {copy ? (
        <>
          <HeldData copy={copy} />
          <Button variant="secondary" onClick={() => save(copy)} className="justify-self-start">
            Save it as a file
          </Button>
        </>
      ) : (
        <Button variant="secondary" busy={busy} onClick={() => void fetchCopy()} className="justify-self-start">
          Show my data
        </Button>
      )}
      <StepUpDialog question={question} email={email} purpose="To see everything that we hold about you" />
    </>
  );
}
