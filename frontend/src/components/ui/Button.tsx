'use client';

import type { ComponentPropsWithRef, MouseEvent } from 'react';

import { buttonLook, type ButtonSize, type ButtonVariant } from './buttonLook';
import { SpinnerIcon } from './icons';

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Work is under way: the button keeps its focus and its name, and swallows further presses. */
  busy?: boolean;
}

/** A button; `type` is "button" unless said otherwise, so that it never submits a form by accident. */
export function Button({
  variant = 'primary',
  size = 'regular',
  busy = false,
  type = 'button',
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  function press(event: MouseEvent<HTMLButtonElement>) {
    // Not `disabled`: that would throw the focus away. Enter in a field also arrives here, as a click.
    if (busy) event.preventDefault();
    else onClick?.(event);
  }

  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      className={buttonLook(variant, size, className)}
      onClick={press}
    >
      {busy && <SpinnerIcon className="size-5 shrink-0" />}
      {/* In an element of its own, and still a box of the button's: a translated text is no node of React's any more. */}
      <span className="contents">{children}</span>
    </button>
  );
}
