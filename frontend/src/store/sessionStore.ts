import { browserTabs } from '@/lib/tabs';
import { authService } from '@/services/authService';

import { createSessionStore } from './createSessionStore';

/** The session of this tab: the one place of the access token, in memory. */
export const useSessionStore = createSessionStore({
  auth: authService,
  tabs: browserTabs('doorstep-session'),
  cookies: () => navigator.cookieEnabled,
  now: Date.now,
});
