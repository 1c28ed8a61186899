import type { Noted, ResetOf, TakenBack } from '@/types/api';

import { publicClient } from './apiClient';

/** What starts from a mail; whoever holds its link may. Every function throws `Problem`. */
export const recoveryService = {
  /** Asks for a mail with which a new password can be chosen; the answer is the same for everybody. */
  async forgot(email: string, proof?: string): Promise<string> {
    const asked = proof === undefined ? { email } : { email, proof };
    const { data } = await publicClient.post<Noted>('/auth/forgot', asked);
    return data.message;
  },

  /** Whose password may be chosen with this token; uses nothing up. */
  async checkReset(token: string): Promise<ResetOf> {
    const { data } = await publicClient.post<ResetOf>('/auth/reset/check', { token });
    return data;
  },

  /** Ends every session, and signs nobody in. */
  async reset(token: string, password: string): Promise<void> {
    await publicClient.post('/auth/reset', { token, password });
  },

  /** Ends every session and takes back what others did; with a token to choose a new password, if it is still theirs. */
  async notMe(token: string): Promise<TakenBack> {
    const { data } = await publicClient.post<TakenBack>('/auth/not-me', { token });
    return data;
  },

  /** Lets the owner log in from a new browser again. */
  async unlock(token: string): Promise<void> {
    await publicClient.post('/auth/unlock', { token });
  },

  /** In a browser that is new to the account, the server asks who signed up. */
  async verifyEmail(token: string): Promise<void> {
    await publicClient.post('/auth/verify-email', { token });
  },

  /** The same by who says that they signed up. */
  async verifyMine(token: string): Promise<void> {
    await publicClient.post('/auth/verify-email', { token, signed_up: true });
  },

  /** Somebody else signed up with this address: all of that goes; with a token to choose a password. */
  async notMine(token: string): Promise<TakenBack> {
    const { data } = await publicClient.post<TakenBack>('/auth/not-mine', { token });
    return data;
  },

  /** From now on the new address is used. */
  async confirmEmail(token: string): Promise<void> {
    await publicClient.post('/auth/confirm-email', { token });
  },

  /** Back to the old address, and the same as `notMe`. */
  async undoEmail(token: string): Promise<TakenBack> {
    const { data } = await publicClient.post<TakenBack>('/auth/undo-email', { token });
    return data;
  },

  /** The account that was to be deleted stays. Signs nobody in. */
  async keep(token: string): Promise<void> {
    await publicClient.post('/auth/keep', { token });
  },
};
