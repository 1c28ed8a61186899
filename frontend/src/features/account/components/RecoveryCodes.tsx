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
  onKept: () => void;
}

/** The codes, shown this once: they go when the person says that they are kept. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
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
      <h3 ref={heading} tabIndex={-1} className="font-display text-xl font-bold tracking-tight">
        Keep these recovery codes
      </h3>
      <p>
        When your phone is gone, each of them lets you log in once. We show them only now: keep them where you find them
        without your phone.
      </p>
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
            saveFile('recovery-codes.txt', 'text/plain', `Recovery codes for ${brand.name}, each good once\n\n${text}`);
            say('good', 'Downloaded as recovery-codes.txt.');
          }}
        >
          Download
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
      <Button
        className="justify-self-start"
        onClick={() => (kept ? onKept() : say('bad', 'Please keep the codes first, and say so above.'))}
      >
        Done
      </Button>
    </div>
  );
}
