import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { browserTabs, type News, type Tabs } from '@/lib/tabs';
import { bindCredentials } from '@/services/apiClient';
import { authService } from '@/services/authService';
import { userService } from '@/services/userService';
import { createSessionStore } from '@/store/createSessionStore';

import { gate, ok, refusal, backendForTests } from '../backend';
import { Sessions } from '../sessions';

const backend = backendForTests();
const CREDENTIALS = { email: 'amelia@example.org', password: 'a long enough password', remember: false };

let sessions: Sessions;
let leave: (() => void)[];
let clock: number;
let cookies: boolean;

beforeEach(() => {
  sessions = new Sessions(backend);
  leave = [];
  clock = 1_000_000;
  cookies = true;
});

afterEach(() => leave.forEach((go) => go()));

/** Web Locks, which Node 20 lacks, for tabs that live in one process: one queue for all of them. */
const together = browserTabs('locks').alone;

/** A tab of the same browser: its own memory and its own channel, the shared cookie and lock. */
function tab(parts: Partial<Tabs> = {}) {
  const store = createSessionStore({
    auth: authService,
    tabs: { ...browserTabs('test'), alone: together, ...parts },
    cookies: () => cookies,
    now: () => clock,
  });
  leave.push(store.getState().follow());
  return store;
}

/** Resolves when the store has come to a state that `is` what one waits for. */
function until<S>(store: { getState: () => S; subscribe: (heard: (state: S) => void) => () => void }, is: (state: S) => boolean) {
  return new Promise<void>((resolve) => {
    if (is(store.getState())) return resolve();
    const stop = store.subscribe((state) => {
      if (!is(state)) return;
      stop();
      resolve();
    });
  });
}

const refreshes = () => backend.count('POST /auth/refresh');

describe('logging in', () => {
  it('starts unknown and holds the token in memory after a log-in', async () => {
    const { getState } = tab();
    expect(getState()).toMatchObject({ status: 'unknown', accessToken: null });
    await getState().login(CREDENTIALS);
    expect(getState()).toMatchObject({ status: 'authenticated', accessToken: 'token-1', expiresAt: clock + 600_000 });
    expect(backend.seen).toMatchObject([{ line: 'POST /auth/login', body: CREDENTIALS }]);
  });

  it('is the same after a registration', async () => {
    const { getState } = tab();
    await getState().signup(CREDENTIALS);
    expect(getState()).toMatchObject({ status: 'authenticated', accessToken: 'token-1' });
    expect(backend.count('POST /auth/signup')).toBe(1);
  });

  it('says that cookies are needed where the browser blocks them, and asks for nothing', async () => {
    cookies = false;
    const { getState } = tab();
    const refused = { code: 'cookies_blocked', title: 'Your browser blocks cookies' };
    await expect(getState().login(CREDENTIALS)).rejects.toMatchObject(refused);
    await expect(getState().signup(CREDENTIALS)).rejects.toMatchObject(refused);
    await expect(getState().enter(() => authService.login(CREDENTIALS))).rejects.toMatchObject(refused);
    expect(backend.seen).toEqual([]);
  });

  it('leaves no trace in any storage that a script can read', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    await getState().renew('token-1');
    expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, '']);
    expect(refreshes()).toBe(1);
  });

  it('throws what the server refused, and stays as it was', async () => {
    backend.play('POST /auth/login', () => refusal(401, 'invalid_credentials'));
    const { getState } = tab();
    await getState().restore();
    await expect(getState().login(CREDENTIALS)).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(getState()).toMatchObject({ status: 'anonymous', accessToken: null, ended: null });
  });
});

describe('restoring silently', () => {
  it('finds the session of the cookie', async () => {
    await tab().getState().login(CREDENTIALS);
    const reloaded = tab();
    await reloaded.getState().restore();
    expect(reloaded.getState()).toMatchObject({ status: 'authenticated', accessToken: 'token-2' });
  });

  it('finds nobody without a cookie', async () => {
    const { getState } = tab();
    await getState().restore();
    expect(getState()).toMatchObject({ status: 'anonymous', ended: null, trouble: null });
  });

  it('finds nobody when the session of the cookie is over', async () => {
    await tab().getState().login(CREDENTIALS);
    sessions.end();
    const { getState } = tab();
    await getState().restore();
    expect(getState()).toMatchObject({ status: 'anonymous', ended: null });
  });

  describe('when the server says why the session of the cookie is over', () => {
    const said = 'You logged in in many browsers, so the one used least was logged out here.';
    const displace = () => {
      backend.play('POST /auth/refresh', ({ cookie }) =>
        cookie === '' ? { status: 204 } : { ...refusal(401, 'session_ended', { detail: said }), headers: sessions.end().headers },
      );
    };

    it('keeps that for the log-in page, after a reload and in a page that was open', async () => {
      const open = tab();
      await open.getState().login(CREDENTIALS);
      displace();
      const reloaded = tab({ listen: () => () => undefined });
      await reloaded.getState().restore();
      expect(reloaded.getState()).toMatchObject({ status: 'anonymous', ended: { said } });

      new Sessions(backend);
      await open.getState().login(CREDENTIALS);
      expect(open.getState()).toMatchObject({ status: 'authenticated', ended: null });
      displace();
      expect(await open.getState().renew('token-1')).toBeNull();
      open.getState().drop();
      expect(open.getState()).toMatchObject({ status: 'anonymous', ended: { said } });
    });

    it('still has it when it is asked again and there is no cookie any more', async () => {
      const { getState } = tab();
      await getState().login(CREDENTIALS);
      displace();
      expect(await getState().renew('token-1')).toBeNull();
      getState().drop();
      await getState().restore();
      expect(refreshes()).toBe(2);
      expect(getState().ended).toEqual({ said });
    });

    it('does not believe words that came with a 401 of something in between', async () => {
      const { getState } = tab();
      await getState().login(CREDENTIALS);
      backend.play('POST /auth/refresh', () => refusal(401, 'unauthenticated', { detail: 'From a proxy' }));
      expect(await getState().renew('token-1')).toBeNull();
      getState().drop();
      expect(getState().ended).toBe('expired');
    });
  });

  it.each([
    [429, 'too_many_attempts'],
    [500, 'internal_error'],
    [503, 'database_unavailable'],
    [403, 'cross_origin'],
  ])('decides nothing on a %i, and can be asked again', async (status, code) => {
    await tab().getState().login(CREDENTIALS);
    backend.play('POST /auth/refresh', () => refusal(status, code, { retry_after: 2 }));
    const { getState } = tab();
    await getState().restore();
    expect(getState()).toMatchObject({ status: 'unknown', trouble: { code, retry_after: 2 } });
    backend.play('POST /auth/refresh', () => ok({ access_token: 'late', token_type: 'bearer', expires_in: 600 }));
    await getState().restore();
    expect(getState()).toMatchObject({ status: 'authenticated', accessToken: 'late', trouble: null });
  });

  it('decides nothing when the server is away', async () => {
    const { getState } = tab();
    await backend.stop();
    try {
      await getState().restore();
    } finally {
      await backend.start();
    }
    expect(getState()).toMatchObject({ status: 'unknown', trouble: { code: 'offline' } });
  });
});

describe('renewing', () => {
  it('reads a token only while it lasts a little longer', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    clock += 584_000;
    expect(getState().read()).toBe('token-1');
    clock += 2_000;
    expect(getState().read()).toBeNull();
  });

  it('asks once for all who need a token', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => getState().renew('token-1')));
    expect(new Set(tokens)).toEqual(new Set(['token-2']));
    expect(refreshes()).toBe(1);
  });

  it('asks once for all also when the answer is a refusal', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    backend.play('POST /auth/refresh', () => refusal(503, 'busy'));
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => getState().renew('token-1')));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(refreshes()).toBe(1);
  });

  it('gives the token that came meanwhile to whoever was refused with an older one', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    await getState().renew('token-1');
    expect(await getState().renew('token-1')).toBe('token-2');
    expect(refreshes()).toBe(1);
  });

  it('uses a log-in that happened while it waited for its turn', async () => {
    const { getState } = tab();
    const { passed, open } = gate();
    backend.play('POST /auth/login', async () => {
      await passed;
      return ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });
    });
    const login = getState().login(CREDENTIALS);
    const renewed = getState().renew(null);
    open();
    await login;
    expect(await renewed).toBe('fresh');
    expect(refreshes()).toBe(0);
  });

  it('serves requests whose token was revoked, with one refresh for all of them', async () => {
    const { getState } = tab();
    const { read, renew, drop } = getState();
    bindCredentials({ read, renew, drop });
    await getState().login(CREDENTIALS);
    sessions.live.clear();
    const answers = await Promise.all(Array.from({ length: 5 }, () => userService.me()));
    expect(answers.map(({ email }) => email)).toEqual(Array(5).fill('amelia@example.org'));
    expect(refreshes()).toBe(1);
  });

  it('ends the session, and says so, only when the server says that it is over', async () => {
    const { getState } = tab();
    const { read, renew, drop } = getState();
    bindCredentials({ read, renew, drop });
    await getState().login(CREDENTIALS);
    sessions.live.clear();
    backend.play('POST /auth/refresh', () => refusal(503, 'busy'));
    await expect(userService.me()).rejects.toMatchObject({ code: 'busy' });
    expect(getState().status).toBe('authenticated');
    backend.play('POST /auth/refresh', () => refusal(401, 'session_ended'));
    await expect(userService.me()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(getState()).toMatchObject({ status: 'anonymous', accessToken: null, ended: 'expired' });
  });
});

describe('two tabs', () => {
  it('refresh twenty times at once each and stay logged in', async () => {
    const [one, two] = [tab(), tab()];
    await one.getState().login(CREDENTIALS);
    await until(two, ({ status }) => status === 'authenticated');
    for (let round = 0; round < 20; round += 1) {
      const tokens = await Promise.all([one, two].map(({ getState }) => getState().renew(getState().accessToken)));
      expect(tokens).not.toContain(null);
    }
    expect([one.getState().status, two.getState().status]).toEqual(['authenticated', 'authenticated']);
    expect(refreshes()).toBe(41);
  });

  it('would have been logged out by overlapping refreshes: the control of the test above', async () => {
    const free: Partial<Tabs> = { alone: (work) => work() };
    const [one, two] = [tab(free), tab(free)];
    await one.getState().login(CREDENTIALS);
    await until(two, ({ status }) => status === 'authenticated');
    const both = await Promise.all([one, two].map(({ getState }) => getState().renew(getState().accessToken)));
    expect(both).toContain(null);
  });

  it('log out together', async () => {
    const [one, two] = [tab(), tab()];
    await one.getState().login(CREDENTIALS);
    await until(two, ({ status }) => status === 'authenticated');
    await one.getState().logout();
    await until(two, ({ status }) => status === 'anonymous');
    for (const { getState } of [one, two]) {
      expect(getState()).toMatchObject({ status: 'anonymous', accessToken: null, ended: 'logged_out' });
    }
  });

  it('follow a log-in, also one of somebody else', async () => {
    const [one, two] = [tab(), tab()];
    await Promise.all([one, two].map(({ getState }) => getState().restore()));
    expect(two.getState().status).toBe('anonymous');
    await one.getState().login(CREDENTIALS);
    await until(two, ({ status }) => status === 'authenticated');
    const before = two.getState().accessToken;
    const seen: string[] = [];
    two.subscribe(({ status }) => seen.push(status));
    await one.getState().login({ ...CREDENTIALS, email: 'zoe@example.org' });
    await until(two, ({ status, accessToken }) => status === 'authenticated' && accessToken !== before);
    expect(seen[0]).toBe('unknown');
  });

  it('ignore what is not news', async () => {
    const heard: News[] = [];
    const tabs = browserTabs('noise');
    const stop = tabs.listen((news) => heard.push(news));
    const other = new BroadcastChannel('noise');
    const told = new Promise<void>((resolve) => leave.push(browserTabs('noise').listen(() => resolve())));
    other.postMessage({ steal: true });
    other.postMessage('signed-out');
    await told;
    other.close();
    stop();
    expect(heard).toEqual(['signed-out']);
  });
});

describe('logging out', () => {
  it('ends nothing when the server did not hear', async () => {
    const { getState } = tab();
    await getState().login(CREDENTIALS);
    backend.play('POST /auth/logout', () => refusal(503, 'database_unavailable'));
    await expect(getState().logout()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(getState()).toMatchObject({ status: 'authenticated', accessToken: 'token-1' });
  });

  it('is not undone by a refresh that was on its way', async () => {
    const free: Partial<Tabs> = { alone: (work) => work() };
    const { getState } = tab(free);
    await getState().login(CREDENTIALS);
    const { passed, open } = gate();
    backend.play('POST /auth/refresh', async () => {
      await passed;
      return ok({ access_token: 'zombie', token_type: 'bearer', expires_in: 600 });
    });
    const renewed = getState().renew('token-1');
    await getState().logout();
    open();
    await expect(renewed).rejects.toMatchObject({ code: 'cancelled' });
    expect(getState()).toMatchObject({ status: 'anonymous', accessToken: null });
  });
});

describe('the back button', () => {
  const turn = (type: 'pagehide' | 'pageshow', persisted: boolean) =>
    window.dispatchEvent(new PageTransitionEvent(type, { persisted }));

  it('finds a page that forgot everything when it was put aside, and asks again', async () => {
    const store = tab();
    await store.getState().login(CREDENTIALS);
    const told: string[] = [];
    store.subscribe(({ status }) => told.push(status));
    turn('pagehide', true);
    // Hidden, and nobody told: what is drawn from here on waits for a message that Firefox does not deliver.
    expect(document.documentElement).not.toBeVisible();
    expect(told).toEqual([]);
    sessions.end();
    turn('pageshow', true);
    expect(document.documentElement).toBeVisible();
    expect(store.getState()).toMatchObject({ status: 'unknown', accessToken: null });
    await until(store, ({ status }) => status !== 'unknown');
    expect(store.getState()).toMatchObject({ status: 'anonymous', accessToken: null });
  });

  it('changes nothing for a page that is loaded anew', async () => {
    const store = tab();
    await store.getState().login(CREDENTIALS);
    turn('pageshow', false);
    turn('pagehide', false);
    expect(document.documentElement).toBeVisible();
    expect(store.getState().status).toBe('authenticated');
    expect(refreshes()).toBe(0);
  });
});
