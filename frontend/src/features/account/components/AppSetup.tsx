'use client';

import { Button } from '@/components/ui/Button';
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
  return (
    <>
      <ol className="grid list-decimal gap-5 pl-6">
        <li className="grid gap-4">
          <p>
            Scan this with an authenticator app on your phone, or <a href={secret.otpauth_uri}>open the app on this device</a>.
          </p>
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
          autoFocus
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
