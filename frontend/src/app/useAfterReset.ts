import { useRouter } from 'next/navigation';
import { useCallback } from 'react';

import { carry } from '@/lib/carried';
import { useSessionStore } from '@/store/sessionStore';

/** After a new password by mail: to the log-in page, which says that it is changed, and has the address already. */
export function useAfterReset(): (email: string) => void {
  const router = useRouter();
  const afterReset = useSessionStore((session) => session.afterReset);
  return useCallback(
    (email) => {
      carry(email);
      void afterReset();
      router.replace('/login');
    },
    [router, afterReset],
  );
}
