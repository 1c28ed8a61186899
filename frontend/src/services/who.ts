import { apiClient } from './apiClient';
import type { Profile, User } from '@/types/api';

/** Who is logged in, for the header: what they are called, else their address. */
export interface Who {
  name: string;
  email: string;
}

let known: Who | null = null;
const listeners = new Set<() => void>();

function set(who: Who | null): void {
  known = who;
  listeners.forEach((changed) => changed());
}

/** Shared by the pages: what one has read or changed, the header shows. */
export const who = {
  read: (): Who | null => known,
  subscribe: (changed: () => void): (() => void) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
  /** A part that a page has read from the server. */
  note: (part: Partial<Who>): void => {
    if (known) set({ ...known, ...part });
  },
  /** Asks the server. Throws `Problem`. */
  ask: async (): Promise<void> => {
    const [user, profile] = await Promise.all([
      apiClient.get<User>('/users/me'),
      apiClient.get<Profile>('/users/me/profile'),
    ]);
    set({ name: profile.data.name, email: user.data.email });
  },
  /** Nobody, or somebody else. */
  forget: (): void => set(null),
};
