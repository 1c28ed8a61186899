import type { ReactElement, ReactNode } from 'react';

import { StopIcon } from './icons';

/** What every field shows around its control. */
export interface FieldTexts {
  label: ReactNode;
  /** Shown before typing: what is asked, so that nobody has to be corrected. */
  hint?: ReactNode;
  /** Shown after a refusal, and tied to the control. */
  error?: ReactNode;
}

/** The attributes that tie a control to its hint and error. */
export function describedBy(id: string, { hint, error }: Pick<FieldTexts, 'hint' | 'error'>, also?: string) {
  const ids = [error ? `${id}-error` : '', hint ? `${id}-hint` : '', also ?? ''].filter(Boolean).join(' ');
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined } as const;
}

export const CONTROL_LOOK =
  'block w-full min-h-12 rounded-xl border border-edge bg-surface px-4 py-2.5 text-base text-ink ' +
  'placeholder:text-muted transition-colors hover:border-ink aria-invalid:border-bad aria-invalid:border-2';

interface FieldProps extends FieldTexts {
  id: string;
  children: ReactElement | ReactElement[];
}

/** A visible label, the control, its hint and its error, in the order in which they are read. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="w-fit font-semibold text-ink">
        {label}
      </label>
      {children}
      {hint && (
        <div id={`${id}-hint`} className="text-[0.9375rem] leading-snug text-muted">
          {hint}
        </div>
      )}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-[0.9375rem] leading-snug font-medium text-bad">
          <StopIcon className="mt-0.5 size-4 shrink-0" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
