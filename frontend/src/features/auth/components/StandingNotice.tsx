'use client';

import { useEffect, useState, type ReactNode } from 'react';

import { LiveRegion } from '@/components/ui/LiveRegion';

/** A screen reader has found the region by then, and hears what comes into it. */
const FOUND_MS = 100;

/** A message that is there from the start: the eye has it at once, the ear as a change. */
export function StandingNotice({ children }: { children: ReactNode }) {
  const [found, setFound] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setFound(true), FOUND_MS);
    return () => clearTimeout(timer);
  }, []);

  return (
    <>
      <LiveRegion hidden={!found || !children}>{found && children}</LiveRegion>
      {/* In the same place: nothing moves when the region takes it. */}
      {!found && children}
    </>
  );
}
