'use client';

import type { ReactNode } from 'react';

import { LinkButton, type LinkButtonProps } from '@/components/ui/LinkButton';
import { useSessionStore } from '@/store/sessionStore';

/** The way in: to an account for who has none, with these words; to their subscription for who is logged in. */
export function useStart(words: ReactNode): { href: string; words: ReactNode } {
  const loggedIn = useSessionStore(({ status }) => status === 'authenticated');
  return loggedIn ? { href: '/dashboard', words: 'My subscription' } : { href: '/signup', words };
}

/** The same as a button. */
export function StartLink({ children, ...look }: Omit<LinkButtonProps, 'href'>) {
  const { href, words } = useStart(children);
  return (
    <LinkButton {...look} href={href}>
      {words}
    </LinkButton>
  );
}
