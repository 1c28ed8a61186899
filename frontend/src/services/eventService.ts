import type { ActivityPage } from '@/types/api';

import { apiClient } from './apiClient';

/** What happened to the user's account. Throws `Problem`. */
export const eventService = {
  /** Newest first; `before` is the `next` of the page before. */
  async page(before?: string): Promise<ActivityPage> {
    const { data } = await apiClient.get<ActivityPage>('/users/me/events', { params: { before } });
    return data;
  },
};
