import { useRouter } from 'next/navigation';
import { useCallback } from 'react';

import { safeNext } from '@/lib/safeNext';

/** Leads to where the person wanted to go: a safe `?next=` of this site, else the dashboard. */
export function useGoOn(): () => void {
  const router = useRouter();
  return useCallback(() => {
    const next = new URLSearchParams(window.location.search).get('next');
    router.replace(safeNext(next) ?? '/dashboard');
  }, [router]);
}
