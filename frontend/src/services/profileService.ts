import type { Profile } from '@/types/api';

import { apiClient } from './apiClient';

/** What the signed-in user told about themself. Every function throws `Problem`. */
export const profileService = {
  /** Empty until they have told something. */
  async read(): Promise<Profile> {
    const { data } = await apiClient.get<Profile>('/users/me/profile');
    return data;
  },

  /**
   * Changes a part and leaves the rest as the server has it now, which may be newer than what this page shows.
   * 422 `profile_refused`, 429 `too_many_mails`.
   */
  async amend(part: Partial<Profile>): Promise<Profile> {
    const held = await profileService.read();
    const { data } = await apiClient.put<Profile>('/users/me/profile', { ...held, ...part });
    return data;
  },
};
