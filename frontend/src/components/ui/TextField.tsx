'use client';

import { useId, type ComponentPropsWithRef } from 'react';

import { classes } from './classes';
import { CONTROL_LOOK, describedBy, Field, type FieldTexts } from './Field';

export type TextFieldProps = FieldTexts & ComponentPropsWithRef<'input'>;

/** A labelled input; `id` falls back to `name`, which stays the same from visit to visit for password managers. */
export function TextField({ label, hint, error, id, className, ...input }: TextFieldProps) {
  const made = useId();
  const own = id ?? input.name ?? made;
  return (
    <Field id={own} label={label} hint={hint} error={error}>
      <input
        type="text"
        {...input}
        {...describedBy(own, { hint, error }, input['aria-describedby'])}
        id={own}
        className={classes(CONTROL_LOOK, className)}
      />
    </Field>
  );
}
