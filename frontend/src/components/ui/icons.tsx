import type { ReactNode } from 'react';

import { classes } from './classes';

export interface IconProps {
  className?: string;
}

export interface DrawnProps extends IconProps {
  children: ReactNode;
}

/** The frame of all icons: decoration only, so hidden from assistive technology; the text beside it speaks. */
export function Drawn({ className = 'size-5', children }: DrawnProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      className={className}
    >
      {children}
    </svg>
  );
}

export function CheckIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Drawn>
  );
}

export function CircleCheckIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <circle cx="12" cy="12" r="9" />
      <path d="m8 12.5 2.8 2.8L16 9.5" />
    </Drawn>
  );
}

export function InfoIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 11v5M12 7.5v.01" />
    </Drawn>
  );
}

export function WarningIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17v.01" />
    </Drawn>
  );
}

/** An octagon, as on the road sign: told from the circle and the triangle without colour. */
export function StopIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3ZM12 7.5v5.5M12 16.5v.01" />
    </Drawn>
  );
}

export function EyeIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="3" />
    </Drawn>
  );
}

export function EyeOffIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M9.9 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.7 3.4M6.3 7.3A15.6 15.6 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.3-1.1" />
      <path d="M3.5 3.5l17 17" />
    </Drawn>
  );
}

export function ArrowRightIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M4.5 12h15M13.5 6l6 6-6 6" />
    </Drawn>
  );
}

export function PlusIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M12 5v14M5 12h14" />
    </Drawn>
  );
}

export function CapsLockIcon(props: IconProps) {
  return (
    <Drawn {...props}>
      <path d="M12 4 5 11.5h3.5V16h7v-4.5H19L12 4ZM8.5 19.5h7" />
    </Drawn>
  );
}

/** Turns while something is under way; stands still for people who asked for less motion. */
export function SpinnerIcon({ className }: IconProps) {
  return (
    <Drawn className={classes(className ?? 'size-5', 'motion-safe:animate-spin')}>
      <path d="M12 3a9 9 0 1 0 9 9" />
    </Drawn>
  );
}
