import type { ReactNode } from 'react';

import { SiteFooter } from './SiteFooter';
import { SiteHeader, type SiteHeaderProps } from './SiteHeader';
import { SkipLink } from './SkipLink';

export interface PageShellProps {
  header?: SiteHeaderProps;
  children: ReactNode;
}

/** A whole page: skip link, header, `main`, footer; the footer stays at the bottom of a short page. */
export function PageShell({ header, children }: PageShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <SiteHeader {...header} />
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        {children}
      </main>
      <SiteFooter />
    </div>
  );
}
