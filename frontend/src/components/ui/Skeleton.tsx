import { classes } from './classes';

export interface SkeletonProps {
  /** Size classes: give it the size of what will come, so that nothing jumps. */
  className?: string;
}

/** A grey shape in the place of something that is on its way; the region around it says `aria-busy`. */
export function Skeleton({ className }: SkeletonProps) {
  return <span aria-hidden="true" className={classes('skeleton block rounded-lg bg-line', className)} />;
}
