import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';

import { Problem, problemOf } from './problem';

/** Where the client gets its access token from; the session store is bound to it in the providers. */
export interface CredentialSource {
  /** The access token while it can be used, else null. */
  read: () => string | null;
  /**
   * A token other than `rejected`, by one refresh that all callers share; null when nobody is signed in.
   * Rejects with a `Problem` when that could not be found out.
   */
  renew: (rejected: string | null) => Promise<string | null>;
  /** The server says that the session is over. */
  drop: () => void;
}

const nobody: CredentialSource = { read: () => null, renew: () => Promise.resolve(null), drop: () => undefined };
let source = nobody;

/** Binds the client to its credentials, once, at the start of the app. */
export function bindCredentials(credentials: CredentialSource): void {
  source = credentials;
}

const defaults: CreateAxiosDefaults = {
  baseURL: '/api/v1',
  // Axios would let an absolute address pass the base, and the bearer with it.
  allowAbsoluteUrls: false,
  timeout: 10_000,
  // Axios would read document.cookie for it; the server checks Origin instead.
  xsrfCookieName: '',
};

function client(): AxiosInstance {
  return axios.create(defaults);
}

/** For requests that say nothing about who asks. Failures arrive as `Problem`. */
export const publicClient = client();
publicClient.interceptors.response.use(undefined, (failure: unknown) => Promise.reject(problemOf(failure)));

/**
 * For requests on behalf of the user: carries the access token, and answers a 401 with one refresh and one
 * retry. Failures arrive as `Problem`. Only a refresh that finds no session ends it here.
 */
export const apiClient = client();

const bearer = (token: string) => `Bearer ${token}`;

apiClient.interceptors.request.use(async (config) => {
  const token = source.read() ?? (await source.renew(null));
  if (token === null) {
    source.drop();
    throw new Problem({ status: 401, code: 'unauthenticated', title: 'Please log in first' });
  }
  config.headers.set('Authorization', bearer(token));
  return config;
});

apiClient.interceptors.response.use(undefined, async (failure: unknown) => {
  const problem = problemOf(failure);
  const config = axios.isAxiosError(failure) ? failure.config : undefined;
  if (!config || problem.code !== 'unauthenticated') throw problem;

  const sent = String(config.headers.get('Authorization')).slice(bearer('').length);
  const token = await source.renew(sent);
  if (token === null) {
    source.drop();
    throw problem;
  }
  config.headers.set('Authorization', bearer(token));
  // By the other client, which does not come back here: one retry and no more.
  return publicClient.request(config);
});
