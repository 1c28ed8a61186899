'use client';

import { useLocale } from '@/lib/locale';
import { ago, exactly, useNow } from '@/lib/moments';

export interface AgoProps {
  /** ISO 8601. */
  time: string;
}

/** How long ago, in words that stay true; the exact moment is in the title and in `datetime`. */
export function Ago({ time }: AgoProps) {
  const locale = useLocale();
  const now = useNow();
  return (
    <time dateTime={time} title={exactly(locale, time)}>
      {ago(time, now)}
    </time>
  );
}
