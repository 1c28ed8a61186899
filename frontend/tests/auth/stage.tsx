import { render } from '@testing-library/react';
import { AppRouterContext, type AppRouterInstance } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import type { ReactNode } from 'react';

import { useSessionStore } from '@/store/sessionStore';

const nothing = () => undefined;

/** Draws something where a page would be, on a router that writes down where it was sent. */
export function stage(children: ReactNode) {
  const sent: string[] = [];
  const router: AppRouterInstance = {
    bfcacheId: '0',
    back: nothing,
    forward: nothing,
    refresh: nothing,
    prefetch: nothing,
    push: (to) => void sent.push(`push ${to}`),
    replace: (to) => void sent.push(to),
  };
  const view = render(<AppRouterContext value={router}>{children}</AppRouterContext>);
  return { sent, ...view };
}

/** The session of a page that has just been loaded. */
export function freshSession(): void {
  useSessionStore.getState().hide();
  useSessionStore.setState({ ended: null });
}
