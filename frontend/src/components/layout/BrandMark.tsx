import { classes } from '../ui/classes';

export interface BrandMarkProps {
  className?: string;
}

/** The sign of the house: an open door, its light, and the doorstep. Decoration: the name stands beside it. */
export function BrandMark({ className = 'size-9' }: BrandMarkProps) {
  return (
    <svg viewBox="0 0 36 36" aria-hidden="true" focusable="false" className={classes('shrink-0', className)}>
      <path d="M7 30V15a11 11 0 0 1 22 0v15Z" className="fill-accent" />
      <path d="M14.5 30V16.5a6.5 6.5 0 0 1 11 -4.7L25.5 30Z" className="fill-surface" />
      <path d="M14.5 30V16.5a6.5 6.5 0 0 1 6.5 -6.5V33l-6.5 -3Z" className="fill-ink" />
      <circle cx="18.7" cy="21.5" r="1.1" className="fill-surface" />
      <path d="M3.5 30h29v3h-29Z" className="fill-ink" />
    </svg>
  );
}
