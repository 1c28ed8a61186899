import type { Factors, NewSecret, PendingCodes, RecoveryCodes, SignedIn } from '@/types/api';

import { apiClient, publicClient } from './apiClient';

/** Two-step log-in: the second step, and what the signed-in user decides about it. Every function throws `Problem`. */
export const factorService = {
  /** The second step; 401 `ticket_ended`, 403 `wrong_factor_code`. */
  async byApp(ticket: string, code: string, trust_browser: boolean): Promise<SignedIn> {
    const { data } = await publicClient.post<SignedIn>('/auth/login/totp', { ticket, code, trust_browser });
    return data;
  },

  /** The same with a recovery code, which is used up by it. */
  async byRecoveryCode(ticket: string, code: string): Promise<SignedIn> {
    const { data } = await publicClient.post<SignedIn>('/auth/login/recovery-code', { ticket, code });
    return data;
  },

  /**
   * In place of the second step: the app that is to be removed goes now, where this browser may say so. Signs nobody in.
   * 401 `ticket_ended`, 403 `removal_not_yours`.
   */
  async removeApp(ticket: string): Promise<void> {
    await publicClient.post('/auth/login/remove-authenticator', { ticket });
  },

  async read(): Promise<Factors> {
    const { data } = await apiClient.get<Factors>('/users/me/factors');
    return data;
  },

  /** A secret for an app; 403 `step_up_required`. */
  async begin(): Promise<NewSecret> {
    const { data } = await apiClient.post<NewSecret>('/users/me/factors/totp', {});
    return data;
  },

  /** Turns it on: the recovery codes, shown this once. */
  async confirm(code: string): Promise<string[]> {
    const { data } = await apiClient.post<RecoveryCodes>('/users/me/factors/totp/confirm', { code });
    return data.recovery_codes;
  },

  /** The app that is to be removed stays; 403 `step_up_required`, `removal_not_yours`. */
  async keepApp(): Promise<void> {
    await apiClient.delete('/users/me/factors/totp/removal');
  },

  /** 403 `step_up_required`, 409 `too_few_passkeys`. */
  async turnOff(): Promise<void> {
    await apiClient.delete('/users/me/factors/totp');
  },

  /** New recovery codes, which count once they are kept; 403 `step_up_required`. */
  async makeCodes(): Promise<PendingCodes> {
    const { data } = await apiClient.post<PendingCodes>('/users/me/factors/recovery-codes', {});
    return data;
  },

  /** They count from now on, and those of before do not; 409 `codes_not_pending`. */
  async keepCodes(set_id: string): Promise<void> {
    await apiClient.post('/users/me/factors/recovery-codes/keep', { set_id });
  },

  /** Every browser is asked for the second step again. */
  async distrust(): Promise<void> {
    await apiClient.delete('/users/me/factors/trusted-browsers');
  },
};
