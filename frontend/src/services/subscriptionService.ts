import type { Plan, Subscription } from '@/types/api';

import { apiClient, publicClient } from './apiClient';

/** The user's subscription, and the plans on offer. Every function throws `Problem`. */
export const subscriptionService = {
  async current(): Promise<Subscription> {
    const { data } = await apiClient.get<Subscription>('/subscriptions/current');
    return data;
  },

  /** Ends it at the end of the paid period; 409 `nothing_to_cancel`. */
  async cancel(): Promise<Subscription> {
    const { data } = await apiClient.post<Subscription>('/subscriptions/cancel', {});
    return data;
  },

  /** Takes the cancellation back; 409 `nothing_to_resume`, `deletion_pending`. */
  async resume(): Promise<Subscription> {
    const { data } = await apiClient.post<Subscription>('/subscriptions/resume', {});
    return data;
  },

  async plans(): Promise<Plan[]> {
    const { data } = await publicClient.get<{ plans: Plan[] }>('/plans');
    return data.plans;
  },
};
