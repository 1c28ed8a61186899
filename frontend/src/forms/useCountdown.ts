import { useCallback, useEffect, useRef, useState } from 'react';

/** Counts whole seconds down to 0. `start` begins anew. */
export function useCountdown(): { left: number; start: (seconds: number) => void } {
  const [left, setLeft] = useState(0);
  const timer = useRef<ReturnType<typeof setInterval>>(undefined);

  useEffect(() => () => clearInterval(timer.current), []);

  const start = useCallback((seconds: number) => {
    clearInterval(timer.current);
    setLeft(Math.ceil(seconds));
    if (seconds <= 0) return;
    // By the clock: a tab in the background ticks seldom.
    const end = Date.now() + seconds * 1000;
    timer.current = setInterval(() => {
      const now = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(now);
      if (now === 0) clearInterval(timer.current);
    }, 1000);
  }, []);

  return { left, start };
}
