import type { TakenBack } from '@/types/api';

/** What each code of the server means to the owner. */
const WORDS: Record<string, string> = {
  sessions: 'Everybody is logged out.',
  passkeys: 'Passkeys that were added there are removed.',
  authenticator: 'The authenticator app that was turned on there is removed.',
  recovery_codes: 'Recovery codes that were made there no longer work.',
  email: 'Your e-mail address is the old one again.',
  pending_email: 'A change of your e-mail address that was asked for is called off.',
  deletion: 'Your account stays: it is not deleted any more.',
  known_browsers: 'Every browser is new to us again, until you log in there.',
  shipping_address: 'The shipping address that was typed there is removed.',
  name: 'The name that was typed there is removed.',
};

/** What was taken back, a sentence each. A code that came after this page was built has none. */
export function takenBackWords({ taken_back, address }: TakenBack): string[] {
  const known: Record<string, string> =
    address === null ? WORDS : { ...WORDS, email: `Your e-mail address is ${address} again.` };
  return taken_back.flatMap((code) => (Object.hasOwn(known, code) ? (known[code] ?? []) : []));
}
