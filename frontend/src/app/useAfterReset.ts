import { useRouter } from 'next/navigation';
import { useCallback } from 'react';

import { useSessionStore } from '@/store/sessionStore';

/** After a new password by mail: to the log-in page, which says that it is changed. */
export function useAfterReset(): () => void {
  const router = useRouter();
  const afterReset = useSessionStore((session) => session.afterReset);
  return useCallback(() => {
    void afterReset();
    router.replace('/login');
  }, [router, afterReset]);
}
