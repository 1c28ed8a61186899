'use client';

import type { ChangeEvent } from 'react';

import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/TextField';
import { FormProblem } from '@/forms/FormProblem';

import { isWholeCode, useVerifyCode } from '../hooks/useVerifyCode';

export interface CodeFormProps {
  /** A newer code was asked for here: it is typed next. */
  again: boolean;
  onSuccess: () => void;
}

/** The six digits from the mail; phones offer them above the keyboard. The sixth one sends them. */
export function CodeForm({ again, onSuccess }: CodeFormProps) {
  const { register, errors, onSubmit, busy, proving, refusal, left } = useVerifyCode(onSuccess);
  const about = refusal ? 'code-problem' : undefined;
  const { onChange, ...field } = register('code');

  function typed(event: ChangeEvent<HTMLInputElement>) {
    void onChange(event);
    if (isWholeCode(event.target.value)) event.target.form?.requestSubmit();
  }

  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4" aria-label="Confirm your e-mail address">
      <FormProblem id="code-problem" refusal={refusal} left={left} proving={proving} />
      <div className="flex flex-wrap items-start gap-3">
        <div className="w-full min-w-0 sm:w-64">
          <TextField
            {...field}
            onChange={typed}
            label="Code from the mail"
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus={again}
            required
            className="text-xl tracking-[0.3em]"
            error={errors.code?.message}
            aria-describedby={about}
          />
        </div>
        <Button type="submit" busy={busy || left > 0} aria-describedby={about} className="sm:mt-7.5">
          Confirm my e-mail address
        </Button>
      </div>
    </form>
  );
}
