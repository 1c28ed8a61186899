import { beforeEach, describe, expect, it } from 'vitest';

import { apiClient, bindCredentials, publicClient } from '@/services/apiClient';
import { Problem } from '@/services/problem';
import { userService } from '@/services/userService';

import { gate, ok, refusal, backendForTests } from '../backend';

const backend = backendForTests();

/** Credentials as the store would give them, with what was asked of them. */
class Source {
  token: string | null = 'old';
  dropped = 0;
  rejected: (string | null)[] = [];
  next: () => Promise<string | null> = () => Promise.resolve('new');

  bind() {
    bindCredentials({
      read: () => this.token,
      renew: (rejected) => {
        this.rejected.push(rejected);
        return this.next();
      },
      drop: () => {
        this.dropped += 1;
      },
    });
  }
}

let source: Source;

beforeEach(() => {
  source = new Source();
  source.bind();
  backend.play('GET /users/me', ({ bearer }) => (bearer === 'new' ? ok({ email: 'a@b.c' }) : refusal(401, 'unauthenticated')));
});

describe('the interceptor', () => {
  it('puts the access token on authenticated requests', async () => {
    source.token = 'new';
    await userService.me();
    expect(backend.seen).toMatchObject([{ line: 'GET /users/me', bearer: 'new' }]);
    expect(source.rejected).toEqual([]);
  });

  it('puts no token on public requests', async () => {
    backend.play('GET /plans', () => ok({ plans: [] }));
    await publicClient.get('/plans');
    expect(backend.seen).toMatchObject([{ line: 'GET /plans', bearer: null }]);
  });

  it('asks for a token first when there is none that lasts', async () => {
    source.token = null;
    await userService.me();
    expect(backend.seen).toMatchObject([{ bearer: 'new' }]);
    expect(source.rejected).toEqual([null]);
  });

  it('sends nothing when nobody is logged in', async () => {
    source.token = null;
    source.next = () => Promise.resolve(null);
    await expect(userService.me()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(backend.seen).toEqual([]);
    expect(source.dropped).toBe(1);
  });

  it('never lets the token out to another origin', async () => {
    source.token = 'new';
    await expect(apiClient.get('http://elsewhere.invalid/steal')).rejects.toMatchObject({ code: 'not_found' });
    expect(backend.seen).toHaveLength(1);
  });
});

describe('after a 401', () => {
  it('renews once and sends the request again, with what it carried', async () => {
    backend.play('POST /subscriptions/cancel', ({ bearer, body }) =>
      bearer === 'new' ? ok({ got: body }) : refusal(401, 'unauthenticated'),
    );
    const { data } = await apiClient.post<unknown>('/subscriptions/cancel', { why: 'Zoë' });
    expect(data).toEqual({ got: { why: 'Zoë' } });
    expect(backend.seen.map(({ bearer }) => bearer)).toEqual(['old', 'new']);
    expect(source.rejected).toEqual(['old']);
  });

  it('tries again once only, and ends nothing when the new token is refused too', async () => {
    backend.play('GET /users/me', () => refusal(401, 'unauthenticated'));
    await expect(userService.me()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(backend.seen.map(({ bearer }) => bearer)).toEqual(['old', 'new']);
    expect(source.dropped).toBe(0);
  });

  it('ends the session when the refresh finds none', async () => {
    source.next = () => Promise.resolve(null);
    await expect(userService.me()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(source.dropped).toBe(1);
    expect(backend.seen).toHaveLength(1);
  });

  it.each(['offline', 'timeout', 'busy', 'too_many_attempts', 'internal_error'] as const)(
    'ends nothing when the refresh fails with %s',
    async (code) => {
      const trouble = new Problem({ status: 0, code, title: code });
      source.next = () => Promise.reject(trouble);
      await expect(userService.me()).rejects.toBe(trouble);
      expect(source.dropped).toBe(0);
    },
  );

  it('leaves a 401 about something else alone', async () => {
    backend.play('GET /users/me', () => refusal(401, 'invalid_credentials'));
    await expect(userService.me()).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(source.rejected).toEqual([]);
  });
});

describe('failures arrive as problems', () => {
  it('with what the server said', async () => {
    const errors = [{ pointer: '/email', message: 'No.' }];
    backend.play('GET /users/me', () => refusal(422, 'validation_failed', { detail: 'Look again', errors, retry_after: 3 }));
    await expect(userService.me()).rejects.toMatchObject({
      status: 422,
      code: 'validation_failed',
      title: 'Title of validation_failed',
      detail: 'Look again',
      instance: 'urn:request:1',
      retry_after: 3,
      errors,
    });
  });

  it('without the words of a proxy in between', async () => {
    backend.play('GET /users/me', () => ({
      status: 502,
      body: '<h1>nginx/1.2</h1>',
      headers: { 'Content-Type': 'text/html', 'Retry-After': '7' },
    }));
    await expect(userService.me()).rejects.toMatchObject({
      status: 502,
      code: 'unexpected',
      title: 'Something went wrong on our side',
      retry_after: 7,
    });
  });

  it('when the server cannot be reached', async () => {
    await backend.stop();
    try {
      await expect(userService.me()).rejects.toMatchObject({ status: 0, code: 'offline' });
    } finally {
      await backend.start();
    }
  });

  it('when the server takes too long', async () => {
    const { passed, open } = gate();
    backend.play('GET /slow', () => passed.then(() => ok({})));
    await expect(publicClient.get('/slow', { timeout: 50 })).rejects.toMatchObject({ code: 'timeout' });
    open();
    expect(publicClient.defaults.timeout).toBe(10_000);
  });

  it('when the page calls it off', async () => {
    const flight = new AbortController();
    flight.abort();
    await expect(publicClient.get('/plans', { signal: flight.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
