import { Problem } from '@/services/problem';

/** The address has lost its end: when it was copied, or to a program that guards links. */
export const INCOMPLETE = new Problem({
  status: 0,
  code: 'token_unknown',
  title: 'This link is not complete.',
  detail:
    'Its end was lost on the way: some mail programs cut it off. Copy the whole address that stands in the mail as text, and ' +
    'paste it here.',
});

const DEAD = new Set<string>(['token_unknown', 'token_expired', 'token_used', 'token_outgrown']);

/** Whether a link leads nowhere any more: another try would change nothing. */
export function isDead({ code }: Problem): boolean {
  return DEAD.has(code);
}
