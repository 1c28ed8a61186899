import type { Session } from '@/types/api';

import { apiClient } from './apiClient';

/** The browsers in which the user is signed in. Every function throws `Problem`. */
export const sessionService = {
  /** All of them, the one used last first. */
  async list(): Promise<Session[]> {
    const { data } = await apiClient.get<{ sessions: Session[] }>('/sessions');
    return data.sessions;
  },

  /** Signs one of them out; 404 `session_unknown` when it is gone already. */
  async revoke(id: string): Promise<void> {
    await apiClient.delete(`/sessions/${encodeURIComponent(id)}`);
  },

  /** Signs out everywhere but here; how many there were. */
  async revokeOthers(): Promise<number> {
    const { data } = await apiClient.delete<{ revoked: number }>('/sessions');
    return data.revoked;
  },
};
