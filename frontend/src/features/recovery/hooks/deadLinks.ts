import { Problem } from '@/services/problem';

/** The address was copied without its end. */
export const INCOMPLETE = new Problem({
  status: 0,
  code: 'token_unknown',
  title: 'This link is not complete.',
  detail: 'Please open it from the mail again, or copy all of it.',
});

const DEAD = new Set<string>(['token_unknown', 'token_expired', 'token_used', 'token_outgrown']);

/** Whether a link leads nowhere any more: another try would change nothing. */
export function isDead({ code }: Problem): boolean {
  return DEAD.has(code);
}
