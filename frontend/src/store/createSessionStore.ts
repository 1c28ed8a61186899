import { create } from 'zustand';

import type { Tabs } from '@/lib/tabs';
import type { AuthService } from '@/services/authService';
import { Problem, problemOf } from '@/services/problem';
import type { Credentials, SignedIn } from '@/types/api';

export interface SessionState {
  /** `unknown` until the first silent refresh has told. */
  status: 'unknown' | 'authenticated' | 'anonymous';
  accessToken: string | null;
  /** Milliseconds of the clock at which the access token ends. */
  expiresAt: number;
  /** How the last session ended in this tab, so that the log-in page can say it: a word, or what the server said. */
  ended: 'logged_out' | 'expired' | 'password_reset' | 'deleted' | { said: string } | null;
  /** Why `status` is still unknown: the server could not be asked. Nobody is logged out by that. */
  trouble: Problem | null;

  login: (credentials: Credentials) => Promise<void>;
  /** The same by another way in, such as the second step of a log-in. */
  enter: (ask: () => Promise<SignedIn>) => Promise<void>;
  /** What the server has to say when it signs nobody in by a sign-up, else null. */
  signup: (credentials: Credentials) => Promise<string | null>;
  /** Ends the session here, on the server and in the other tabs. Throws, and ends nothing, when the server does not hear. */
  logout: () => Promise<void>;
  /** Finds out silently whether somebody is signed in. Never throws. */
  restore: () => Promise<void>;
  /** The access token while it lasts a little longer, else null. */
  read: () => string | null;
  /** A token other than `rejected`; null when nobody is signed in. One refresh at a time for all callers and tabs. */
  renew: (rejected: string | null) => Promise<string | null>;
  /** Takes the token that an act of the signed-in user is answered with, unless another session began meanwhile. */
  adopt: (ask: () => Promise<SignedIn>) => Promise<void>;
  /** The user's sessions were ended by a new password: finds out what is left here, for the log-in page to say why. */
  afterReset: () => Promise<void>;
  /** The account is to be deleted, and the server has ended all its sessions. */
  leave: () => void;
  /** The server says that nobody is signed in. */
  drop: () => void;
  /** Forgets what is on show, when another may have signed in. */
  hide: () => void;
  /** Keeps this tab in step with the others and with the browser's back button, until the returned function is called. */
  follow: () => () => void;
}

/** What the store is made of. */
export interface SessionParts {
  auth: AuthService;
  tabs: Tabs;
  /** Whether the browser keeps cookies for this site. */
  cookies: () => boolean;
  /** Milliseconds. */
  now: () => number;
}

const NO_COOKIES = {
  status: 0,
  code: 'cookies_blocked',
  title: 'Your browser blocks cookies',
  detail: 'We need one to keep you logged in. Please allow cookies for this site, and try again.',
} as const;

/** A token this close to its end is renewed first: a request must not arrive after it. */
const MARGIN_MS = 15_000;

const NOBODY = { accessToken: null, expiresAt: 0, trouble: null } as const;

/**
 * The session of this tab, in memory only: no storage ever holds a token, and a reload asks the server again.
 * Everything that changes the cookie runs alone among the tabs, so no answer overwrites a newer one.
 */
export function createSessionStore({ auth, tabs, cookies, now }: SessionParts) {
  // Grows when somebody signs in or out: an answer that was asked for before is then nobody's.
  let era = 0;
  let renewing: Promise<string | null> | null = null;

  return create<SessionState>()((set, get) => {
    const turn = () => {
      era += 1;
      renewing = null;
    };

    const admit = ({ access_token, expires_in }: SignedIn): string => {
      const expiresAt = now() + expires_in * 1000;
      // Before anybody hears of the new token: whoever is refused with it needs another refresh than this one.
      renewing = null;
      set({ status: 'authenticated', accessToken: access_token, expiresAt, trouble: null, ended: null });
      return access_token;
    };

    const close = (ended: SessionState['ended']) => {
      turn();
      set({ ...NOBODY, status: 'anonymous', ended });
    };

    /** The usable token, unless it is the one that was refused. */
    const another = (rejected: string | null): string | null => {
      const token = get().read();
      return token === rejected ? null : token;
    };

    const welcome = (answer: SignedIn) => {
      turn();
      admit(answer);
      tabs.tell('signed-in');
    };

    /** Runs what is answered with a cookie alone among the tabs. */
    const signIn = <T>(work: () => Promise<T>) => {
      if (!cookies()) return Promise.reject(new Problem(NO_COOKIES));
      return tabs.alone(work);
    };

    const refresh = async (asked: number): Promise<SignedIn | null> => {
      try {
        return await auth.refresh();
      } catch (failure) {
        const { status, code, detail } = problemOf(failure);
        if (status !== 401) throw failure;
        // Such as too many sessions, which nobody would guess.
        if (code === 'session_ended' && detail && asked === era) set({ ended: { said: detail } });
        return null;
      }
    };

    const rotate = (rejected: string | null) =>
      tabs.alone(async () => {
        const meanwhile = another(rejected);
        if (meanwhile !== null) return meanwhile;
        const asked = era;
        const answer = await refresh(asked);
        // Not null: that would end a session which this answer knows nothing about.
        if (asked !== era) throw new Problem({ status: 0, code: 'cancelled', title: 'The session has changed' });
        return answer && admit(answer);
      });

    return {
      ...NOBODY,
      status: 'unknown',
      ended: null,

      enter: (ask) => signIn(async () => welcome(await ask())),

      login: (credentials) => get().enter(() => auth.login(credentials)),

      signup: (credentials) =>
        signIn(async () => {
          const answer = await auth.signup(credentials);
          if (!('access_token' in answer)) return answer.message;
          welcome(answer);
          return null;
        }),

      logout: () =>
        tabs.alone(async () => {
          await auth.logout();
          close('logged_out');
          tabs.tell('signed-out');
        }),

      restore: async () => {
        try {
          if ((await get().renew(null)) === null) get().drop();
        } catch (failure) {
          const trouble = problemOf(failure);
          if (trouble.code !== 'cancelled' && get().status === 'unknown') set({ trouble });
        }
      },

      read: () => {
        const { accessToken, expiresAt } = get();
        return now() < expiresAt - MARGIN_MS ? accessToken : null;
      },

      renew: (rejected) => {
        const token = another(rejected);
        if (token !== null) return Promise.resolve(token);
        if (renewing) return renewing;
        const mine = rotate(rejected).finally(() => {
          if (renewing === mine) renewing = null;
        });
        renewing = mine;
        return mine;
      },

      adopt: async (ask) => {
        const asked = era;
        const answer = await ask();
        if (asked === era) admit(answer);
      },

      afterReset: () => {
        get().hide();
        set({ ended: 'password_reset' });
        return get().restore();
      },

      leave: () => {
        close('deleted');
        tabs.tell('signed-out');
      },

      drop: () => {
        const { status, ended } = get();
        close(ended ?? (status === 'authenticated' ? 'expired' : null));
      },

      hide: () => {
        turn();
        set({ ...NOBODY, status: 'unknown' });
      },

      follow: () => {
        const { hide, restore } = get();
        const stop = tabs.listen((news) => {
          if (news === 'signed-out') return close('logged_out');
          hide();
          void restore();
        });
        // A page put aside for the back button is frozen as it looks: so it must not show anything private. By the DOM alone: Firefox
        // never delivers the message with which React would go on drawing, and then React waits for it for ever.
        const { documentElement: page } = document;
        const put = (event: PageTransitionEvent) => {
          if (!event.persisted) return;
          turn();
          page.hidden = true;
        };
        const taken = (event: PageTransitionEvent) => {
          if (!event.persisted) return;
          hide();
          // What is private is gone before the browser paints.
          page.hidden = false;
          void restore();
        };
        window.addEventListener('pagehide', put);
        window.addEventListener('pageshow', taken);
        return () => {
          stop();
          window.removeEventListener('pagehide', put);
          window.removeEventListener('pageshow', taken);
        };
      },
    };
  });
}
