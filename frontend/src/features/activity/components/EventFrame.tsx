import type { ReactNode } from 'react';

export interface EventFrameProps {
  /** Lets the event be focused when it has just been fetched. */
  id?: string;
  icon: ReactNode;
  text: ReactNode;
  time: ReactNode;
  details: ReactNode;
  children?: ReactNode;
}

/** One event. Its skeleton fills the same frame. */
export function EventFrame({ id, icon, text, time, details, children }: EventFrameProps) {
  return (
    <li
      id={id}
      tabIndex={id ? -1 : undefined}
      className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3.5 py-4"
    >
      <span className="mt-0.5">{icon}</span>
      <div className="grid min-w-0 gap-1">
        <div className="flex min-h-6 flex-wrap items-baseline justify-between gap-x-4">
          <span className="font-semibold">{text}</span>
          <span className="text-[0.9375rem] text-muted tabular-nums">{time}</span>
        </div>
        <div className="min-h-6 text-[0.9375rem] break-words text-muted">{details}</div>
        {children}
      </div>
    </li>
  );
}
