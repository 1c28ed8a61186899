'use client';

import { useId, useState, type ComponentPropsWithRef, type KeyboardEvent } from 'react';

import { classes } from './classes';
import { CONTROL_LOOK, describedBy, Field, type FieldTexts } from './Field';
import { CapsLockIcon, EyeIcon, EyeOffIcon } from './icons';

export type PasswordFieldProps = FieldTexts & Omit<ComponentPropsWithRef<'input'>, 'type'>;

/** A password input that can be shown, and that says so when Caps Lock is on. */
export function PasswordField({ label, hint, error, id, className, ...input }: PasswordFieldProps) {
  const made = useId();
  const own = id ?? input.name ?? made;
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);

  function look(event: KeyboardEvent<HTMLInputElement>) {
    // Browsers that fill a form in send key events without a keyboard behind them.
    if (typeof event.nativeEvent.getModifierState === 'function') {
      setCapsLock(event.getModifierState('CapsLock'));
    }
  }

  return (
    <Field id={own} label={label} hint={hint} error={error}>
      <div className="relative">
        <input
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...input}
          {...describedBy(own, { hint, error }, classes(`${own}-capslock`, input['aria-describedby']))}
          id={own}
          type={shown ? 'text' : 'password'}
          className={classes(CONTROL_LOOK, 'pr-14', className)}
          onKeyDown={(event) => {
            look(event);
            input.onKeyDown?.(event);
          }}
          onKeyUp={(event) => {
            look(event);
            input.onKeyUp?.(event);
          }}
          onBlur={(event) => {
            setCapsLock(false);
            input.onBlur?.(event);
          }}
        />
        <button
          type="button"
          aria-label="Show password"
          aria-pressed={shown}
          aria-controls={own}
          onClick={() => {
            setShown((before) => !before);
          }}
          className="absolute inset-y-1 right-1 grid w-11 cursor-pointer place-items-center rounded-lg text-muted hover:bg-wash hover:text-ink"
        >
          {shown ? <EyeOffIcon /> : <EyeIcon />}
        </button>
      </div>
      <p id={`${own}-capslock`} role="status" className="text-[0.9375rem] leading-snug text-warn empty:-mt-1.5">
        {capsLock && (
          <span className="flex items-center gap-1.5">
            <CapsLockIcon className="size-4 shrink-0" />
            Caps Lock is on
          </span>
        )}
      </p>
    </Field>
  );
}
