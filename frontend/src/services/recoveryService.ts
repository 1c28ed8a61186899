import type { Noted, ResetToken } from '@/types/api';

import { publicClient } from './apiClient';

/** What starts from a mail; whoever holds its link may. Every function throws `Problem`. */
export const recoveryService = {
  /** Asks for a mail with which a new password can be chosen; the answer is the same for everybody. */
  async forgot(email: string, proof?: string): Promise<string> {
    const asked = proof === undefined ? { email } : { email, proof };
    const { data } = await publicClient.post<Noted>('/auth/forgot', asked);
    return data.message;
  },

  /** Passes when a new password may be chosen with this token; uses nothing up. */
  async checkReset(token: string): Promise<void> {
    await publicClient.post('/auth/reset/check', { token });
  },

  /** Ends every session, and signs nobody in. */
  async reset(token: string, password: string): Promise<void> {
    await publicClient.post('/auth/reset', { token, password });
  },

  /** Ends every session; a token to choose a new password with. */
  async notMe(token: string): Promise<string> {
    const { data } = await publicClient.post<ResetToken>('/auth/not-me', { token });
    return data.reset_token;
  },

  /** Lets the owner log in from a new browser again. */
  async unlock(token: string): Promise<void> {
    await publicClient.post('/auth/unlock', { token });
  },

  async verifyEmail(token: string): Promise<void> {
    await publicClient.post('/auth/verify-email', { token });
  },

  /** From now on the new address is used. */
  async confirmEmail(token: string): Promise<void> {
    await publicClient.post('/auth/confirm-email', { token });
  },

  /** Back to the old address; ends every session; a token to choose a new password with. */
  async undoEmail(token: string): Promise<string> {
    const { data } = await publicClient.post<ResetToken>('/auth/undo-email', { token });
    return data.reset_token;
  },
};
