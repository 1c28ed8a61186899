import { AxiosError, AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';

import { apiClient, bindCredentials, publicClient } from '@/services/apiClient';
import type { Plan, Subscription, User } from '@/types/api';

export const PLAN: Plan = {
  code: 'monthly-print',
  name: 'Monthly art print',
  description: 'One print a month.',
  price_minor: 1200,
  currency: 'USD',
  interval: 'month',
  features: ['A new print', 'Free delivery'],
};

export const ACTIVE: Subscription = {
  status: 'active',
  plan: PLAN,
  started_at: '2026-03-05T12:00:00Z',
  next_billing_at: '2099-12-05T12:00:00Z',
  ends_at: null,
  cancel_at_period_end: false,
};

export const ENDING: Subscription = {
  ...ACTIVE,
  next_billing_at: null,
  ends_at: '2099-12-05T12:00:00Z',
  cancel_at_period_end: true,
};

export const UNSUBSCRIBED: Subscription = {
  status: 'unsubscribed',
  plan: null,
  started_at: null,
  next_billing_at: null,
  ends_at: null,
  cancel_at_period_end: false,
};

export const USER: User = {
  id: '0199-1',
  email: 'amelia@example.org',
  subscription_status: 'active',
  created_at: '2026-03-01T12:00:00Z',
  email_verified: true,
  session_id: '0199-2',
  deletion_due_at: null,
};

type Answer = { status: number; body: unknown };
export const ok = (body: unknown): Answer => ({ status: 200, body });
export const refused = (status: number, code: string, title: string): Answer => ({
  status,
  body: { type: 'about:blank', status, code, title, instance: 'urn:request:1' },
});

/** The backend as the browser sees it: each path has the answers it will give, the last one for good. */
export function serve(answers: Record<string, Answer[]>) {
  const asked: string[] = [];
  const queues: Record<string, Answer[]> = { 'get /users/me': [ok(USER)], ...answers };
  async function answer(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    const key = `${config.method} ${config.url}`;
    asked.push(key);
    const queue = queues[key] ?? [refused(404, 'not_found', 'There is nothing here')];
    const { status, body } = (queue.length > 1 ? queue.shift() : queue[0]) as Answer;
    const response = { status, statusText: '', data: body, headers: new AxiosHeaders(), config };
    if (status < 400) return response;
    throw new AxiosError('refused', AxiosError.ERR_BAD_RESPONSE, config, null, response);
  }
  apiClient.defaults.adapter = answer;
  publicClient.defaults.adapter = answer;
  bindCredentials({ read: () => 'a.b.c', renew: () => Promise.resolve('a.b.c'), drop: () => undefined });
  return { asked };
}
