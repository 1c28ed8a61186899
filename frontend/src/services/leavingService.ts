import type { DataCopy, Deletion } from '@/types/api';

import { apiClient } from './apiClient';

/** Leaving, and what one takes along. Every function throws `Problem`. */
export const leavingService = {
  /** Signs out everywhere; 403 `step_up_required`. Tells from when on everything is gone. */
  async remove(): Promise<string> {
    const { data } = await apiClient.delete<Deletion>('/users/me');
    return data.deletion_due_at;
  },

  /** The account that was to be deleted stays. */
  async keep(): Promise<void> {
    await apiClient.post('/users/me/keep', {});
  },

  /** Everything that is held about the user; 403 `step_up_required`. It may be long. */
  async copy(): Promise<DataCopy> {
    const { data } = await apiClient.get<DataCopy>('/users/me/export', { timeout: 120_000 });
    return data;
  },
};
