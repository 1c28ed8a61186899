import type { ComponentProps } from 'react';

import { classes } from './classes';

/** The heading of a sheet. A script may put the focus here, where a step took away what had it. */
export function CardHeading({ className, children, ...rest }: ComponentProps<'h2'>) {
  return (
    <h2
      {...rest}
      tabIndex={-1}
      className={classes('font-display text-2xl leading-tight font-bold tracking-tight outline-none', className)}
    >
      {children}
    </h2>
  );
}
