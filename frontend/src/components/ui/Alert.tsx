import type { ComponentType, ReactNode } from 'react';

import { classes } from './classes';
import { CircleCheckIcon, InfoIcon, StopIcon, WarningIcon, type IconProps } from './icons';

export type Tone = 'bad' | 'good' | 'warn' | 'info';

const LOOKS: Record<Tone, { box: string; icon: string; Icon: ComponentType<IconProps> }> = {
  bad: { box: 'border-bad bg-bad-wash', icon: 'text-bad', Icon: StopIcon },
  good: { box: 'border-good bg-good-wash', icon: 'text-good', Icon: CircleCheckIcon },
  warn: { box: 'border-warn bg-warn-wash', icon: 'text-warn', Icon: WarningIcon },
  info: { box: 'border-edge bg-wash', icon: 'text-muted', Icon: InfoIcon },
};

export interface AlertProps {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** A message in a box. It is silent by itself: put it inside a `LiveRegion` to have it announced. */
export function Alert({ tone, title, children, className }: AlertProps) {
  const { box, icon, Icon } = LOOKS[tone];
  return (
    <div className={classes('flex items-start gap-3 rounded-xl border px-4 py-3 text-ink', box, className)}>
      <Icon className={classes('mt-0.5 size-5 shrink-0', icon)} />
      <div className="grid min-w-0 flex-1 gap-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-[0.9375rem] leading-relaxed">{children}</div>}
      </div>
    </div>
  );
}
