'use client';

import { useId, type ComponentPropsWithRef } from 'react';

import { classes } from './classes';
import { CONTROL_LOOK, describedBy, Field, type FieldTexts } from './Field';
import { Drawn } from './icons';

export type SelectFieldProps = FieldTexts & ComponentPropsWithRef<'select'>;

/** A labelled choice, the browser's own: phones show their wheel, and typing finds an entry. As `TextField` else. */
export function SelectField({ label, hint, error, id, className, children, ...select }: SelectFieldProps) {
  const made = useId();
  const own = id ?? select.name ?? made;
  return (
    <Field id={own} label={label} hint={hint} error={error}>
      <div className="relative">
        <select
          {...select}
          {...describedBy(own, { hint, error }, select['aria-describedby'])}
          id={own}
          className={classes(CONTROL_LOOK, 'appearance-none pr-12', className)}
        >
          {children}
        </select>
        <Drawn className="pointer-events-none absolute inset-y-0 right-4 my-auto size-5 text-muted">
          <path d="m6 9.5 6 6 6-6" />
        </Drawn>
      </div>
    </Field>
  );
}
