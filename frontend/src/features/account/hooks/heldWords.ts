import type { DataCopy, DataRow } from '@/types/api';

/** What each list of the copy is called; the server's names for those that came after this page was built. */
const TITLES: Record<string, string> = {
  profile: 'Your account',
  name_and_address: 'Your name and shipping address',
  subscriptions: 'Your subscriptions',
  sessions: 'Where you were signed in',
  known_browsers: 'Browsers that we know as yours',
  addresses_given_up: 'Addresses that you gave up lately',
  links_and_codes: 'Links and codes that we mailed you',
  authenticator_apps: 'Your authenticator app',
  passkeys: 'Your passkeys',
  passkey_handles: 'What your passkeys know you by',
  mails: 'Mails that we sent you',
  events: 'What happened to your account',
};

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

export interface HeldList {
  name: string;
  title: string;
  rows: DataRow[];
}

const isRow = (value: unknown): value is DataRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The copy as lists with titles; what is no list (when it was made) is left to the file. */
export function heldLists(copy: DataCopy): HeldList[] {
  return Object.entries(copy).flatMap(([name, value]) => {
    const rows = (Array.isArray(value) ? value : [value]).filter(isRow);
    if (rows.length === 0 && !Array.isArray(value)) return [];
    return [{ name, title: Object.hasOwn(TITLES, name) ? (TITLES[name] ?? name) : plain(name), rows }];
  });
}

/** `last_seen_at` as people say it. */
export function plain(name: string): string {
  const words = name.replace(/_at$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value in words; null for what is not there. `name` is what it is a value of. */
export function told(locale: string, value: unknown, name: string): string | null {
  if (value === null || value === undefined || value === '') return null;
  // Of a mail or an event: `taken_back`, and whatever comes after this page was built.
  if (name === 'kind' && typeof value === 'string') return plain(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && MOMENT.test(value)) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
  }
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text === '{}' || text === '[]' ? null : text;
}
