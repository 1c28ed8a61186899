import { isAxiosError, isCancel } from 'axios';

import type { FieldError, ProblemBody, ServerCode } from '@/types/api';

/** The server's codes, and those of failures that never reached it or that it did not write. */
export type ProblemCode = ServerCode | 'offline' | 'timeout' | 'cancelled' | 'unproven' | 'passkey_unusable' | 'cookies_blocked' | 'unexpected';

interface Facts {
  status: number;
  code: ProblemCode;
  title: string;
  detail?: string;
  instance?: string;
  retry_after?: number;
  errors?: FieldError[];
  ticket?: string;
  factors?: string[];
  removal_due_at?: string;
  may_remove?: boolean;
}

/** What went wrong with a request, in words for the person: the only kind of error that services throw. */
export class Problem extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly code: ProblemCode;
  /** One sentence for the person. */
  readonly title: string;
  readonly detail: string | undefined;
  /** `urn:request:...`, under which the server's log knows it. */
  readonly instance: string | undefined;
  /** Seconds until another try makes sense. */
  readonly retry_after: number | undefined;
  readonly errors: readonly FieldError[];
  /** Leads to the second step of a log-in. */
  readonly ticket: string | undefined;
  /** With what that step can be done. */
  readonly factors: readonly string[] | undefined;
  /** From when on the app that it asks for is removed, because its owner has not turned it on (ISO 8601). */
  readonly removal_due_at: string | undefined;
  /** Whether this browser may remove it at once. */
  readonly may_remove: boolean | undefined;

  constructor(facts: Facts) {
    super(facts.title);
    this.name = 'Problem';
    this.status = facts.status;
    this.code = facts.code;
    this.title = facts.title;
    this.detail = facts.detail;
    this.instance = facts.instance;
    this.retry_after = facts.retry_after;
    this.errors = facts.errors ?? [];
    this.ticket = facts.ticket;
    this.factors = facts.factors;
    this.removal_due_at = facts.removal_due_at;
    this.may_remove = facts.may_remove;
  }
}

const OFFLINE = {
  status: 0,
  code: 'offline',
  title: 'We cannot be reached from here',
  detail: 'Please check your connection. What you typed is kept.',
} as const;
const TIMEOUT = {
  status: 0,
  code: 'timeout',
  title: 'That took too long',
  detail: 'The connection may be slow. What you typed is kept, so please try again.',
} as const;
const CANCELLED = { status: 0, code: 'cancelled', title: 'That was called off' } as const;
const UNEXPECTED = {
  status: 0,
  code: 'unexpected',
  title: 'Something went wrong on our side',
  detail: 'Please try again in a moment.',
} as const;

function isProblemBody(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'title' in body;
}

/** Seconds from a Retry-After header in its number form (RFC 9110 section 10.2.3). */
function seconds(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** Any failure of a request as a `Problem`; one that is a `Problem` already stays itself. */
export function problemOf(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  if (isCancel(failure)) return new Problem(CANCELLED);
  if (!isAxiosError(failure)) return new Problem(UNEXPECTED);
  const { response } = failure;
  if (!response) {
    return new Problem(failure.code === 'ECONNABORTED' || failure.code === 'ETIMEDOUT' ? TIMEOUT : OFFLINE);
  }
  const { status, headers } = response;
  const body: unknown = response.data;
  const retry_after = seconds(headers['retry-after']);
  if (isProblemBody(body)) return new Problem({ retry_after, ...body, status });
  // A proxy in between answers in its own words, which are not for people.
  return new Problem({ ...UNEXPECTED, status, retry_after, code: status === 401 ? 'unauthenticated' : 'unexpected' });
}
