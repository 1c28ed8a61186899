import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** After a move to another page the link that had the focus is gone: it goes on at the content, unless a field took it. */
export function useFocusAfterMove(): void {
  const path = usePathname();
  const here = useRef(path);
  useEffect(() => {
    if (here.current === path) return;
    here.current = path;
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}
