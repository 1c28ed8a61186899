import type { ComponentPropsWithRef } from 'react';

import { classes } from './classes';

export interface CardProps extends ComponentPropsWithRef<'div'> {
  as?: 'div' | 'section' | 'article';
}

/** A sheet on the page: surface, hairline and a soft shadow. */
export function Card({ as: Element = 'div', className, ...rest }: CardProps) {
  return (
    <Element
      {...rest}
      className={classes('rounded-3xl border border-line bg-surface p-6 shadow-sheet sm:p-8', className)}
    />
  );
}
