'use client';

import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';

import { useVerifyCode } from '../hooks/useVerifyCode';

export interface CodeFormProps {
  onSuccess: () => void;
}

/** The six digits from the mail; phones offer them above the keyboard. */
export function CodeForm({ onSuccess }: CodeFormProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useVerifyCode(onSuccess);
  const about = refusal ? 'code-problem' : undefined;
  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4" aria-label="Confirm your e-mail address">
      <FormProblem id="code-problem" refusal={refusal} left={left} proving={proving} />
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-48 flex-1">
          <TextField
            {...register('code')}
            label="Code from the mail"
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            required
            className="text-xl tracking-[0.3em]"
            error={errors.code?.message}
            aria-describedby={about}
          />
        </div>
        <Button type="submit" busy={busy || left > 0} aria-describedby={about} className="mt-7.5">
          Confirm
        </Button>
      </div>
    </form>
  );
}
