import type { Answer, Backend, Seen } from './backend';
import { ok, refusal } from './backend';

const NAME = 'doorstep-local';

/**
 * The session part of the backend, by its contract: the cookie holds a generation, only the current one rotates, an
 * older one is a replay and ends the session. Stricter than the real one: no grace, so overlapping refreshes show.
 */
export class Sessions {
  private generation: number | null = null;
  private issued = 0;
  /** Access tokens that are accepted. */
  readonly live = new Set<string>();

  constructor(backend: Backend) {
    backend.play('POST /auth/login', () => this.start());
    backend.play('POST /auth/signup', () => this.start());
    backend.play('POST /auth/refresh', (request) => this.refresh(request));
    backend.play('POST /auth/logout', () => this.end());
    backend.play('GET /users/me', ({ bearer }) => this.guard(bearer, { email: 'amelia@example.org' }));
  }

  /** A browser that has the cookie, and no access token yet. */
  remember(): string {
    this.generation ??= 1;
    return `${NAME}=${this.generation}; HttpOnly; Path=/`;
  }

  end(): Answer {
    this.generation = null;
    this.live.clear();
    return { status: 204, headers: { 'Set-Cookie': `${NAME}=; Max-Age=0; HttpOnly; Path=/` } };
  }

  private token(): Answer {
    this.issued += 1;
    const access_token = `token-${this.issued}`;
    this.live.add(access_token);
    const answer = ok({ access_token, token_type: 'bearer', expires_in: 600 });
    return { ...answer, headers: { 'Set-Cookie': `${NAME}=${this.generation}; HttpOnly; Path=/` } };
  }

  private start(): Answer {
    this.generation = 1;
    return this.token();
  }

  private refresh({ cookie }: Seen): Answer {
    const held = new RegExp(`${NAME}=(\\d+)`).exec(cookie)?.[1];
    if (held === undefined) return { status: 204 };
    if (this.generation === null || Number(held) !== this.generation) {
      return { ...refusal(401, 'session_ended'), headers: this.end().headers };
    }
    this.generation += 1;
    return this.token();
  }

  private guard(bearer: string | null, body: unknown): Answer {
    return bearer !== null && this.live.has(bearer) ? ok(body) : refusal(401, 'unauthenticated');
  }
}
