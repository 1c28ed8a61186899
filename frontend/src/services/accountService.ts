import type { EmailChange, SignedIn } from '@/types/api';

import { apiClient } from './apiClient';

/** What the signed-in user changes about how they get in. Every function throws `Problem`. */
export const accountService = {
  /**
   * The password once more, and a code where log-in asks for one; sensitive acts are open for some minutes with the
   * answered token. 403 `wrong_password`, `factor_code_required`, `wrong_factor_code`.
   */
  async stepUp(password: string, code: string, proof?: string): Promise<SignedIn> {
    const asked = { password, ...(code !== '' && { code }), ...(proof !== undefined && { proof }) };
    const { data } = await apiClient.post<SignedIn>('/auth/step-up', asked);
    return data;
  },

  /** Ends every other session; this one goes on with the answered token. 403 `wrong_password`. */
  async changePassword(current_password: string, new_password: string, proof?: string): Promise<SignedIn> {
    const asked = { current_password, new_password, ...(proof !== undefined && { proof }) };
    const { data } = await apiClient.post<SignedIn>('/users/me/password', asked);
    return data;
  },

  /** Asks for another address, or for another mail to it; 403 `step_up_required`. */
  async changeEmail(email: string): Promise<void> {
    await apiClient.post('/users/me/email', { email });
  },

  /** The address that waits to be confirmed, if any. */
  async emailChange(): Promise<EmailChange> {
    const { data } = await apiClient.get<EmailChange>('/users/me/email/change');
    return data;
  },

  /** The address stays what it is. */
  async withdrawEmail(): Promise<void> {
    await apiClient.delete('/users/me/email/change');
  },

  /** Mails a code to the user's address. */
  async sendCode(): Promise<void> {
    await apiClient.post('/users/me/email/verification', {});
  },

  /** The code from the mail; 400 `wrong_code`. */
  async verify(code: string): Promise<void> {
    await apiClient.post('/users/me/email/verify', { code });
  },
};
