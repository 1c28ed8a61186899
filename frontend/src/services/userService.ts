import type { User } from '@/types/api';

import { apiClient } from './apiClient';
import { who } from './who';

/** Who is signed in. Throws `Problem`. */
export const userService = {
  async me(): Promise<User> {
    const { data } = await apiClient.get<User>('/users/me');
    who.note({ email: data.email });
    return data;
  },
};
