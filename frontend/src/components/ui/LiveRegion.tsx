import type { ReactNode } from 'react';

export interface LiveRegionProps {
  /** Assertive interrupts: for a refusal of what the person just did. Polite waits for a pause. */
  urgency?: 'polite' | 'assertive';
  /** Heard and not seen. */
  hidden?: boolean;
  children?: ReactNode;
}

/** A place whose changes are announced. Render it always and change its content: one that arrives full is not heard. */
export function LiveRegion({ urgency = 'polite', hidden = false, children }: LiveRegionProps) {
  return (
    <div
      role={urgency === 'assertive' ? 'alert' : 'status'}
      aria-live={urgency}
      aria-atomic="true"
      className={hidden ? 'sr-only' : undefined}
    >
      {children}
    </div>
  );
}
