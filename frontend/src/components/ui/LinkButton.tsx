import Link from 'next/link';
import type { ComponentProps } from 'react';

import { buttonLook, type ButtonSize, type ButtonVariant } from './buttonLook';

export interface LinkButtonProps extends ComponentProps<typeof Link> {
  variant?: ButtonVariant;
  size?: ButtonSize;
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({ variant = 'primary', size = 'regular', className, ...rest }: LinkButtonProps) {
  return <Link {...rest} className={buttonLook(variant, size, className)} />;
}
