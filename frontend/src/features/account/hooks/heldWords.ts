import { money } from '@/lib/format';
import type { DataCopy, DataRow } from '@/types/api';

/** What each list of the copy is called; the server's names for those that came after this page was built. */
const TITLES: Record<string, string> = {
  profile: 'Your account',
  name_and_address: 'Your name and shipping address',
  subscriptions: 'Your subscriptions',
  sessions: 'Where you were logged in',
  known_browsers: 'Browsers that we know as yours',
  addresses_given_up: 'Addresses that you gave up lately',
  links_and_codes: 'Links and codes that we mailed you',
  authenticator_apps: 'Your authenticator app',
  passkeys: 'Your passkeys',
  mails: 'Mails that we sent you',
  events: 'What happened to your account',
};

/** What each value is of, where the server's name does not say it to people. */
const LABELS: Record<string, string> = {
  email: 'E-mail address',
  email_verified_at: 'Confirmed',
  created_at: 'Since',
  updated_at: 'Last changed',
  deletion_due_at: 'To be deleted on',
  deletion_asked_at: 'Deletion asked for',
  has_password: 'Has a password',
  line1: 'Street and number',
  line2: 'Apartment, floor',
  address_changed_at: 'Address changed',
  name_changed_at: 'Name changed',
  plan_code: 'Plan',
  price_minor: 'Price',
  billing_interval: 'Paid every',
  started_at: 'Began',
  trial_ends_at: 'Trial until',
  past_due_since: 'Payment missing since',
  cancel_requested_at: 'Cancelled',
  ends_at: 'Ends',
  address: 'Network address',
  user_agent: 'Browser',
  remember: 'Stays logged in',
  proved_by: 'Logged in with',
  authenticated_at: 'Last proof that it is you',
  idle_expires_at: 'Ends when not used by',
  expires_at: 'Good until',
  revoked_at: 'Ended',
  revoked_reason: 'Why it ended',
  ended_with_all_others: 'Ended with all others',
  forgotten: 'Not known any more',
  held_until: 'Kept for you until',
  purpose: 'What for',
  wrong_codes: 'Wrong codes typed',
  kind: 'What',
  recipient: 'To',
  given_up_at: 'Given up',
  confirmed_at: 'Turned on',
  removal_due_at: 'To be removed on',
  sign_count: 'Uses that it counts',
  transports: 'Connected by',
  backup_eligible: 'Can be on several devices',
  backed_up: 'Is on several devices',
  occurred_at: 'When',
};

/** Numbers and names for computers: they are in the file. */
const FOR_COMPUTERS =
  /^(id|.*_id|.*_in|.*_compared_as|credential_id|public_key|aaguid|handle|currency|detail)$/;

/** Values that are words of the server. */
const VALUES: Record<string, string> = {
  pwd: 'password',
  otp: 'code of an app',
  rc: 'recovery code',
  hwk: 'passkey',
  swk: 'passkey',
  verify_email: 'Confirm your e-mail address',
  reset_password: 'Choose a new password',
  confirm_new_email: 'Confirm a new e-mail address',
  undo_new_email: 'Undo a change of your e-mail address',
  not_me: 'Say that it was not you',
  unlock_login: 'Log in from a new browser',
  keep_account: 'Keep your account',
  login: 'Log-in',
  new_device: 'Log-in from a new browser',
  step_up: 'Confirmed that it is you',
  logged_out: 'Log-out',
  two_step_on: 'Two-step log-in was turned on',
  two_step_off: 'Two-step log-in was turned off',
};
const IN_WORDS = new Set(['kind', 'purpose', 'status', 'outcome', 'revoked_reason', 'billing_interval', 'proved_by']);

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

export interface HeldList {
  name: string;
  title: string;
  rows: DataRow[];
}

/** One value in words. */
export interface HeldWords {
  label: string;
  words: string;
}

const isRow = (value: unknown): value is DataRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The copy as lists with titles; what is no list (when it was made) or says nothing to people is left to the file. */
export function heldLists(copy: DataCopy): HeldList[] {
  return Object.entries(copy).flatMap(([name, value]) => {
    const rows = (Array.isArray(value) ? value : [value]).filter(isRow);
    if (rows.length === 0 && !Array.isArray(value)) return [];
    if (rows.length > 0 && rows.every((row) => Object.keys(row).every((key) => FOR_COMPUTERS.test(key)))) return [];
    return [{ name, title: known(TITLES, name) ?? plain(name), rows }];
  });
}

/** What a row says to people. */
export function heldWords(locale: string, row: DataRow): HeldWords[] {
  return Object.entries(row).flatMap(([key, value]) => {
    if (FOR_COMPUTERS.test(key)) return [];
    const words = told(locale, key, value, row);
    return words === null ? [] : [{ label: known(LABELS, key) ?? plain(key), words }];
  });
}

function known(table: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `last_seen_at` as people say it. */
function plain(name: string): string {
  const words = name.replace(/_at$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value: unknown): string {
  return known(VALUES, String(value)) ?? plain(String(value)).replace(/^User$|^Mfa$/, '');
}

function told(locale: string, key: string, value: unknown, row: DataRow): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (key === 'price_minor' && typeof value === 'number' && typeof row['currency'] === 'string') {
    return money(locale, { price_minor: value, currency: row['currency'] });
  }
  if (key === 'country') return new Intl.DisplayNames('en', { type: 'region' }).of(String(value)) ?? String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && MOMENT.test(value)) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));
  }
  if (Array.isArray(value)) {
    return [...new Set(value.map(IN_WORDS.has(key) ? inWords : String))].filter(Boolean).join(', ') || null;
  }
  if (typeof value === 'object') return null;
  return IN_WORDS.has(key) ? inWords(value) : String(value);
}
