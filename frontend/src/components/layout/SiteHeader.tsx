import Link from 'next/link';
import type { ReactNode } from 'react';

import { classes } from '../ui/classes';
import { LinkButton } from '../ui/LinkButton';
import { Brand } from './Brand';

export interface SiteHeaderProps {
  /** Where the brand leads. */
  home?: string;
  /** Links of the page itself, shown where there is room. */
  links?: { href: string; text: string }[];
  /** Who is logged in: beside the end, on a phone below. */
  who?: ReactNode;
  /** What stands at the end instead of the two doors for a visitor. */
  account?: ReactNode;
}

/** The top of every page. */
export function SiteHeader({ home, links = [], who, account }: SiteHeaderProps) {
  return (
    <header className="border-b border-line">
      <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-x-3 gap-y-2 px-5 py-3 sm:px-8">
        <Brand href={home} />
        {links.length > 0 && (
          <nav aria-label="On this page" className="ml-4 hidden gap-6 lg:flex">
            {links.map(({ href, text }) => (
              <a key={href} href={href} className="py-2 font-medium text-muted no-underline hover:text-ink">
                {text}
              </a>
            ))}
          </nav>
        )}
        {who && (
          // Its line is kept on a phone while nobody is named yet, so that nothing moves.
          <div className="order-last min-h-6 w-full min-w-0 sm:order-none sm:ml-auto sm:w-auto sm:max-w-64">{who}</div>
        )}
        <div className={classes('ml-auto flex min-w-0 flex-wrap items-center gap-1 sm:gap-2', Boolean(who) && 'sm:ml-0')}>
          {account ?? (
            <>
              <Link
                href="/login"
                className="inline-flex min-h-10 items-center rounded-full px-2.5 font-semibold text-ink no-underline hover:bg-wash sm:px-4"
              >
                Log in
              </Link>
              <LinkButton href="/signup" size="small">
                Sign up
              </LinkButton>
            </>
          )}
        </div>
      </div>
    </header>
  );
}
