import type { CreationOptions, NewPasskey, Passkey, PasskeyAnswer, RequestOptions, SignedIn, WaysIn } from '@/types/api';

import { apiClient, publicClient } from './apiClient';

const proven = (proof?: string) => (proof === undefined ? {} : { proof });

/** Passkeys, and the password beside them. Every function throws `Problem`. */
export const passkeyService = {
  async list(): Promise<WaysIn> {
    const { data } = await apiClient.get<WaysIn>('/passkeys');
    return data;
  },

  /** What to make one with; 403 `step_up_required`, 409 `too_many_passkeys`. */
  async creationOptions(): Promise<CreationOptions> {
    const { data } = await apiClient.post<CreationOptions>('/passkey-options', {});
    return data;
  },

  async add(made: NewPasskey): Promise<Passkey> {
    const { data } = await apiClient.post<Passkey>('/passkeys', made);
    return data;
  },

  /** 403 `step_up_required`. */
  async rename(id: string, name: string): Promise<void> {
    await apiClient.patch(`/passkeys/${encodeURIComponent(id)}`, { name });
  },

  /** 403 `step_up_required`, 404 `passkey_unknown`, 409 `last_way_in`. */
  async remove(id: string): Promise<void> {
    await apiClient.delete(`/passkeys/${encodeURIComponent(id)}`);
  },

  /** No password any more; every other session ends. 403 `step_up_required`, 409 `too_few_passkeys`. */
  async dropPassword(): Promise<void> {
    await apiClient.delete('/users/me/password');
  },

  /** What somebody logs in with who has not said yet who they are. */
  async loginOptions(): Promise<RequestOptions> {
    const { data } = await publicClient.post<RequestOptions>('/auth/passkey/options', {});
    return data;
  },

  /** 401 `invalid_credentials`, 410 `ceremony_over`. */
  async login(answer: PasskeyAnswer, remember: boolean, proof?: string): Promise<SignedIn> {
    const { data } = await publicClient.post<SignedIn>('/auth/passkey', { ...answer, remember, ...proven(proof) });
    return data;
  },

  /** What to ask with after the password; 401 `ticket_ended`. */
  async secondStepOptions(ticket: string): Promise<RequestOptions> {
    const { data } = await publicClient.post<RequestOptions>('/auth/login/passkey/options', { ticket });
    return data;
  },

  /** The second step; 401 `ticket_ended`, 403 `wrong_factor_code`, 410 `ceremony_over`. */
  async secondStep(ticket: string, answer: PasskeyAnswer, trust_browser: boolean): Promise<SignedIn> {
    const { data } = await publicClient.post<SignedIn>('/auth/login/passkey', { ...answer, ticket, trust_browser });
    return data;
  },

  async stepUpOptions(): Promise<RequestOptions> {
    const { data } = await apiClient.post<RequestOptions>('/auth/step-up/passkey/options', {});
    return data;
  },

  /** 422 `passkey_refused`, 410 `ceremony_over`. */
  async stepUp(answer: PasskeyAnswer, proof?: string): Promise<SignedIn> {
    const { data } = await apiClient.post<SignedIn>('/auth/step-up/passkey', { ...answer, ...proven(proof) });
    return data;
  },
};
