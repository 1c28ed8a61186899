'use client';

import { useEffect, useRef, useState } from 'react';

import { Alert } from '@/components/ui/Alert';
import { Button } from '@/components/ui/Button';
import { Checkbox } from '@/components/ui/Checkbox';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { brand } from '@/lib/brand';
import { saveFile } from '@/lib/saveFile';

export interface RecoveryCodesProps {
  codes: string[];
  /** Whose they are, for the file. */
  email: string;
  /** They count once they are kept; until then those of before do. */
  waiting: boolean;
  busy: boolean;
  onKept: () => void;
  /** Of codes that wait: those of before stay. */
  onCancel: () => void;
}

/** What the file says besides the codes: of what, whose, and from when they are. */
function fileOf(codes: string[], email: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return `Recovery codes for ${brand.name}, each good once\n${window.location.origin}\n${email}, ${today}\n\n${codes.join('\n')}\n`;
}

/** The codes, shown this once: they go when the person says that they are kept. */
export function RecoveryCodes({ codes, email, waiting, busy, onKept, onCancel }: RecoveryCodesProps) {
  const [kept, setKept] = useState(false);
  const [said, setSaid] = useState<{ tone: 'good' | 'bad'; text: string; nth: number } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const text = `${codes.join('\n')}\n`;

  useEffect(() => heading.current?.focus(), []);

  const say = (tone: 'good' | 'bad', words: string) =>
    setSaid((before) => ({ tone, text: words, nth: (before?.nth ?? 0) + 1 }));

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      say('good', 'Copied. Paste them where you keep things safe.');
    } catch {
      say('bad', 'This browser does not let us copy. Download them, or write them down.');
    }
  }

  return (
    <div className="grid gap-5">
      <h3 ref={heading} tabIndex={-1} className="font-display text-xl font-bold tracking-tight outline-none">
        Keep these recovery codes
      </h3>
      <p>
        When your phone is gone, each of them lets you log in once. We show them only now: keep them where you find them
        without your phone.
      </p>
      {waiting && (
        <Alert tone="warn">
          These codes do not count yet. They do once you say below that you have kept them; until then those of before do.
        </Alert>
      )}
      <ul aria-label="Recovery codes" className="grid gap-x-8 gap-y-2 rounded-xl bg-wash p-4 font-mono text-[0.9375rem] lg:grid-cols-2">
        {codes.map((code) => (
          <li key={code} className="break-words">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <Button variant="secondary" onClick={() => void copy()}>
          Copy
        </Button>
        <Button
          variant="secondary"
          onClick={() => {
            saveFile('recovery-codes.txt', 'text/plain', fileOf(codes, email));
            say('good', 'Downloaded as recovery-codes.txt.');
          }}
        >
          Download
        </Button>
        <Button variant="secondary" onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <Checkbox
        name="codes_kept"
        label="I have kept these codes"
        checked={kept}
        onChange={({ target }) => setKept(target.checked)}
      />
      <LiveRegion>
        {said && (
          <Alert key={said.nth} tone={said.tone}>
            {said.text}
          </Alert>
        )}
      </LiveRegion>
      <div className="flex flex-wrap gap-3">
        <Button
          busy={busy}
          onClick={() => (kept ? onKept() : say('bad', 'Please keep the codes first, and say so above.'))}
        >
          Done
        </Button>
        {waiting && (
          <Button variant="secondary" onClick={onCancel}>
            Stay with the codes that I have
          </Button>
        )}
      </div>
    </div>
  );
}
