import { browserTabs } from '@/lib/tabs';
import type { Profile } from '@/types/api';

import { apiClient } from './apiClient';
import { who } from './who';

/** Two that read before either writes would lose the one's part, here or in another tab. */
const { alone } = browserTabs('doorstep-profile');

/** What the signed-in user told about themself. Every function throws `Problem`. */
export const profileService = {
  /** Empty until they have told something. */
  async read(): Promise<Profile> {
    const { data } = await apiClient.get<Profile>('/users/me/profile');
    return data;
  },

  /**
   * Changes a part and leaves the rest as the server has it now, which may be newer than what this page shows. One after
   * the other in this browser, whatever comes of the one before. 422 `profile_refused`, 429 `too_many_mails`.
   */
  amend(part: Partial<Profile>): Promise<Profile> {
    return alone(async () => {
      const held = await profileService.read();
      const { data } = await apiClient.put<Profile>('/users/me/profile', { ...held, ...part });
      who.note({ name: data.name });
      return data;
    });
  },
};
