import type { Credentials, PasswordAssessment, SignedIn, SignedUp, SignupNoted } from '@/types/api';

import { publicClient } from './apiClient';

/** Signing up, in and out. Every function throws `Problem`. */
export const authService = {
  async login(credentials: Credentials): Promise<SignedIn> {
    const { data } = await publicClient.post<SignedIn>('/auth/login', credentials);
    return data;
  },

  /** Only noted where sign-up is private: nobody is signed in by it, nor told whether the address was free. */
  async signup(credentials: Credentials): Promise<SignedUp | SignupNoted> {
    const { data } = await publicClient.post<SignedUp | SignupNoted>('/auth/signup', credentials);
    return data;
  },

  /**
   * A new access token for the cookie's session; null when there is no cookie. 401 when its session is over, with a
   * `detail` when that was for another reason than people know.
   */
  async refresh(): Promise<SignedIn | null> {
    const { data, status } = await publicClient.post<SignedIn>('/auth/refresh', {});
    return status === 204 ? null : data;
  },

  async logout(): Promise<void> {
    await publicClient.post('/auth/logout', {});
  },

  /** What the server thinks of a password before it is sent in; `email` lets it see a likeness. */
  async assessPassword(password: string, email: string, signal?: AbortSignal): Promise<PasswordAssessment> {
    const asked = email === '' ? { password } : { password, email };
    const { data } = await publicClient.post<PasswordAssessment>('/passwords/assess', asked, { signal });
    return data;
  },
};

export type AuthService = typeof authService;
