'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';

import { useNextQuery } from '../hooks/useNextQuery';

export interface OtherDoorProps {
  to: '/login' | '/signup';
  children: ReactNode;
}

/** A link from one form at the front door to the other, which keeps where the person wanted to go. */
export function OtherDoor({ to, children }: OtherDoorProps) {
  return <Link href={to + useNextQuery()}>{children}</Link>;
}
