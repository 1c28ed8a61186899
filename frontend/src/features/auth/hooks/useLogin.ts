import { useSessionStore } from '@/store/sessionStore';

import { loginSchema } from '../schemas';
import { useEntry } from './useEntry';

/** The log-in form's state and its way to the session store. */
export function useLogin(onSuccess: () => void) {
  const login = useSessionStore((session) => session.login);
  return useEntry(loginSchema, login, onSuccess);
}
