import { useEffect } from 'react';

import type { Problem } from '@/services/problem';

const PAUSE_S = 3;

/** Tries again after each trouble: when the server said to, else after a short pause, and at once when back online. */
export function useRetry(trouble: Problem | null, again: () => Promise<void>): void {
  useEffect(() => {
    if (!trouble) return;
    const retry = () => void again();
    const timer = setTimeout(retry, (trouble.retry_after ?? PAUSE_S) * 1000);
    window.addEventListener('online', retry);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', retry);
    };
  }, [trouble, again]);
}
