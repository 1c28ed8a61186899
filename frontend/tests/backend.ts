import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { beforeAll, beforeEach } from 'vitest';

import type { ProblemBody } from '@/types/api';

export interface Seen {
  /** "POST /auth/login": without the common beginning. */
  line: string;
  bearer: string | null;
  cookie: string;
  body: unknown;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Play = (request: Seen) => Answer | Promise<Answer>;

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A refusal, as the server words it. */
export function refusal(status: number, code: string, more: Partial<ProblemBody> = {}): Answer {
  const body = { type: `urn:doorstep:${code}`, title: `Title of ${code}`, status, code, instance: 'urn:request:1', ...more };
  return { status, body, headers: { 'Content-Type': 'application/problem+json' } };
}

async function read(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}

/** A server on this machine that plays the backend: real sockets, real cookies, answers said by the test. */
export class Backend {
  readonly seen: Seen[] = [];
  private plays = new Map<string, Play>();
  /** What is answered to "POST /auth/login" and so on; anything else is 404. */
  play(line: string, play: Play): void {
    this.plays.set(line, play);
  }

  forget(): void {
    this.plays.clear();
    this.seen.length = 0;
  }

  count(line: string): number {
    return this.seen.filter((request) => request.line === line).length;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: Seen = {
      line: `${request.method} ${(request.url ?? '').replace('/api/v1', '')}`,
      bearer: request.headers.authorization?.replace(/^Bearer /, '') ?? null,
      cookie: request.headers.cookie ?? '',
      body: await read(request),
    };
    this.seen.push(seen);
    const { status, body, headers = {} } = (await this.plays.get(seen.line)?.(seen)) ?? refusal(404, 'not_found');
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** Answers at the page's origin, at the same port again after a `stop`. */
  async start(): Promise<void> {
    backendServer.removeAllListeners('request').on('request', (request, response) => void this.answer(request, response));
    if (backendServer.listening) return;
    const port = Number(window.location.port);
    await new Promise<void>((listening) => backendServer.listen(port, '127.0.0.1', listening));
  }

  /** Out of reach, from the next request on. */
  async stop(): Promise<void> {
    backendServer.closeAllConnections();
    await new Promise((closed) => backendServer.close(closed));
  }
}

declare const backendServer: Server;
declare const jsdom: { cookieJar: { removeAllCookiesSync: () => void } };

/** A backend for the tests of a file, on the page's own origin. */
export function backendForTests(): Backend {
  const backend = new Backend();
  beforeAll(() => backend.start());
  beforeEach(() => {
    backend.forget();
    jsdom.cookieJar.removeAllCookiesSync();
    window.history.replaceState(null, '', '/');
  });
  return backend;
}

/** Something that the test lets happen when it wants to. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open = () => undefined as void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
