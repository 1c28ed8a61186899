'use client';

import { useId, type ComponentPropsWithRef, type ReactNode } from 'react';

export interface CheckboxProps extends Omit<ComponentPropsWithRef<'input'>, 'type'> {
  label: ReactNode;
  hint?: ReactNode;
}

/** A native checkbox whose whole row is the target. */
export function Checkbox({ label, hint, id, ...input }: CheckboxProps) {
  const made = useId();
  const own = id ?? input.name ?? made;
  return (
    <div className="grid gap-0.5">
      <label htmlFor={own} className="flex w-fit cursor-pointer items-center gap-3 py-1.5 text-ink">
        <input
          {...input}
          type="checkbox"
          id={own}
          aria-describedby={hint ? `${own}-hint` : undefined}
          className="size-6 shrink-0 cursor-pointer rounded-md accent-accent"
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={`${own}-hint`} className="pl-9 text-[0.9375rem] leading-snug text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
