'use client';

import { useEffect, useRef, useState } from 'react';

import { Button } from '@/components/ui/Button';
import { buttonLook } from '@/components/ui/buttonLook';
import { LiveRegion } from '@/components/ui/LiveRegion';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';
import type { NewSecret } from '@/types/api';

import { useConfirmApp } from '../hooks/useConfirmApp';

export interface AppSetupProps {
  secret: NewSecret;
  onCodes: (codes: string[]) => void;
  onCancel: () => void;
}

/** "JBSW Y3DP ...": as people copy it from one screen to another. */
const grouped = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? secret;

/** The secret, as a QR code, as a link for this very phone and as text; and the code that shows that it arrived. */
export function AppSetup({ secret, onCodes, onCancel }: AppSetupProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useConfirmApp(onCodes);
  const about = refusal ? 'setup-problem' : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  const [copied, setCopied] = useState('');

  // Not the field: the steps above it would be out of sight.
  useEffect(() => heading.current?.focus(), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(secret.secret);
      setCopied('Copied. Paste it into the app.');
    } catch {
      setCopied('This browser does not let us copy. Type it into the app.');
    }
  }

  return (
    <>
      <h3 ref={heading} tabIndex={-1} className="font-display text-xl font-bold tracking-tight outline-none">
        Set up your authenticator app
      </h3>
      {/* Room between the items by margins: a grid takes the number from an item. */}
      <ol className="list-decimal pl-6 [&>li+li]:mt-5">
        <li className="*:mb-4">
          <p>
            <a href={secret.otpauth_uri} className={buttonLook('secondary', 'regular')}>
              Open the app on this device
            </a>
          </p>
          <p>Or scan this with the app on your phone.</p>
          <svg
            role="img"
            aria-label="QR code for your authenticator app"
            viewBox={`0 0 ${secret.qr_size} ${secret.qr_size}`}
            shapeRendering="crispEdges"
            className="qr-code w-56 max-w-full rounded-xl border border-line"
          >
            <path d={secret.qr_path} fill="currentColor" />
          </svg>
          <div className="grid gap-1">
            <p className="text-muted">No camera? Type this into the app:</p>
            <p className="font-mono text-lg break-words select-all">{grouped(secret.secret)}</p>
            <div className="flex flex-wrap items-center gap-3">
              <Button variant="secondary" size="small" onClick={() => void copy()}>
                Copy
              </Button>
              <LiveRegion>{copied}</LiveRegion>
            </div>
          </div>
        </li>
        <li>
          <p>Type the code that the app shows now.</p>
        </li>
      </ol>
      <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5" aria-label="Turn on two-step log-in">
        <FormProblem id="setup-problem" refusal={refusal} left={left} proving={proving} />
        <TextField
          {...register('app_code')}
          label="Code from the app"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          className="text-xl tracking-[0.3em]"
          error={errors.app_code?.message}
          aria-describedby={about}
        />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" busy={busy || left > 0} aria-describedby={about}>
            Turn it on
          </Button>
          <Button variant="secondary" onClick={onCancel}>
            Not now
          </Button>
        </div>
      </form>
    </>
  );
}
