import type { ReactNode } from 'react';

import { SiteFooter } from './SiteFooter';
import { SiteHeader, type SiteHeaderProps } from './SiteHeader';
import { SkipLink } from './SkipLink';

export interface PageShellProps {
  header?: SiteHeaderProps;
  /** The navigation of this part of the site: before `main`, so that the skip link passes it. */
  nav?: ReactNode;
  children: ReactNode;
}

/** A whole page: skip link, header, navigation, `main`, footer; the footer stays at the bottom of a short page. */
export function PageShell({ header, nav, children }: PageShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <SiteHeader {...header} />
      {nav}
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        {children}
      </main>
      <SiteFooter />
    </div>
  );
}
