import type { ComponentType, ReactNode } from 'react';

import { classes } from './classes';
import { CircleCheckIcon, InfoIcon, StopIcon, WarningIcon, type IconProps } from './icons';

export type BadgeTone = 'good' | 'info' | 'warn' | 'bad';

const LOOKS: Record<BadgeTone, { look: string; Icon: ComponentType<IconProps> }> = {
  good: { look: 'border-good bg-good-wash text-good', Icon: CircleCheckIcon },
  info: { look: 'border-edge bg-wash text-ink', Icon: InfoIcon },
  warn: { look: 'border-warn bg-warn-wash text-warn', Icon: WarningIcon },
  bad: { look: 'border-bad bg-bad-wash text-bad', Icon: StopIcon },
};

export interface StatusBadgeProps {
  tone: BadgeTone;
  children: ReactNode;
}

/** A state in one or two words, told three times over: in text, by the shape of its sign, and by colour. */
export function StatusBadge({ tone, children }: StatusBadgeProps) {
  const { look, Icon } = LOOKS[tone];
  return (
    <span
      data-tone={tone}
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full border py-1 pr-3 pl-2 text-sm font-semibold',
        look,
      )}
    >
      <Icon className="size-4 shrink-0" />
      <span>{children}</span>
    </span>
  );
}
