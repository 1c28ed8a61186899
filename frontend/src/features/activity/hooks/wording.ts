import type { ActivityEvent } from '@/types/api';

type Outcome = ActivityEvent['outcome'];

interface Wording {
  text: string;
  /** What it means and what to do, where that is not plain. */
  meaning?: string;
}

type Wordings = Partial<Record<Outcome, Wording>>;

const GUESSED =
  'Somebody tried wrong passwords for your account many times in a row. Nobody got in. Browsers in which you have ' +
  'logged in before can still log in.';
const COPIED =
  'The session of one browser was used from a second place, as happens when it is stolen. We ended it for both. If ' +
  'you were logged out, log in again.';
const RESET_ASKED =
  'Your password stays as it is until somebody uses the link in that mail. If it was not you, you can ignore the mail.';
const PASSKEY_COPIED =
  'It counts its uses, and the count was lower than the last one. Nobody got in. If it was not you, remove that passkey.';
const CHANGE_ASKED =
  'Nothing changes until the new address is confirmed. If it was not you, change your password now.';
const DATA_EXPORTED = 'If it was not you, change your password now.';
const ADDRESS_CHANGED =
  'If it was not you, press “This was not me” in the mail about it, and look at your address under Settings.';
const UNPROVEN =
  'It takes a proof that it is you, which had not been given there lately. If it was not you, log that browser out under ' +
  'Security, and change your password.';
const WRONG_PROOF =
  'It came from a browser that was logged in to your account. If it was not you, log that browser out under Security, ' +
  'and change your password.';
const EVICTED = 'Our mail about it says what was taken back.';
const SET_UP =
  'Log-in stays as it is until a code of the app is typed. If it was not you, log that browser out under Security, and ' +
  'change your password.';
const CODES_GUESSED =
  'Somebody typed wrong codes for your account many times in a row. Nobody got in by that. If it was not you, somebody ' +
  'knows your password: choose a new one now.';
const NOT_YOUR_APP =
  'The link in one of our mails was pressed that says that it was not you who turned it on. If you did, keep it under Security.';
const WRONG_CODE = 'If it was not you, somebody knows your password: choose a new one now. They did not get in.';

/** Refused because whoever asked had not shown lately that it is them. */
const unproven = (text: string): Wording => ({ text, meaning: UNPROVEN });

/** What is said of each kind of event and how it ended; kinds are the server's (`EventKind`). */
const WORDS: Record<string, Wordings> = {
  signed_up: { success: { text: 'Created your account' } },
  signup_refused: {
    refused: {
      text: 'Somebody tried to sign up with your e-mail address',
      meaning: 'They learned nothing and got nothing. If it was you: you have an account already, so log in instead.',
    },
  },
  user_created: { success: { text: 'We created your account' } },
  user_imported: { success: { text: 'We brought your account here from our former system' } },
  user_disabled: { success: { text: 'We closed your account for the time being' } },
  user_enabled: { success: { text: 'We opened your account again' } },
  login: { success: { text: 'Logged in' }, refused: { text: 'A log-in was refused' } },
  login_locked: { alarm: { text: 'Too many wrong passwords: only known browsers may log in', meaning: GUESSED } },
  login_unlocked: { success: { text: 'Let every browser log in again' } },
  step_up: {
    success: { text: 'Confirmed that it is you' },
    refused: { text: 'A wrong password, code or passkey was given to confirm something', meaning: WRONG_PROOF },
  },
  email_verified: {
    success: { text: 'Confirmed your e-mail address' },
    refused: { text: 'A wrong code was typed to confirm your e-mail address' },
  },
  reset_asked: { success: { text: 'Asked for a mail to choose a new password', meaning: RESET_ASKED } },
  password_reset: { success: { text: 'Chose a new password by mail; everybody was logged out' } },
  password_changed: {
    success: { text: 'Changed your password; other browsers were logged out' },
    refused: { text: 'A change of your password was refused', meaning: WRONG_PROOF },
  },
  password_removed: {
    success: { text: 'Removed your password; other browsers were logged out' },
    refused: unproven('Removing your password was refused'),
  },
  passkey_added: { success: { text: 'Added a passkey' }, refused: unproven('Adding a passkey was refused') },
  passkey_renamed: { success: { text: 'Renamed a passkey' }, refused: unproven('Renaming a passkey was refused') },
  passkey_removed: { success: { text: 'Removed a passkey' }, refused: unproven('Removing a passkey was refused') },
  passkey_copied: { alarm: { text: 'A passkey was refused: somebody may have a copy of it', meaning: PASSKEY_COPIED } },
  email_change_asked: {
    success: { text: 'Asked to change your e-mail address', meaning: CHANGE_ASKED },
    refused: unproven('A change of your e-mail address was refused'),
  },
  email_change_withdrawn: { success: { text: 'Withdrew the change of your e-mail address' } },
  email_changed: { success: { text: 'Changed your e-mail address' } },
  email_change_undone: { success: { text: 'Took the change of your e-mail address back; everybody was logged out' } },
  name_changed: { success: { text: 'Changed your name' } },
  shipping_address_changed: { success: { text: 'Changed your shipping address', meaning: ADDRESS_CHANGED } },
  not_me: { success: { text: 'Said that a log-in was not yours; everybody was logged out' } },
  evicted: { success: { text: 'Took back access of others', meaning: EVICTED } },
  data_exported: {
    success: { text: 'Handed out a copy of all your data', meaning: DATA_EXPORTED },
    refused: unproven('A copy of all your data was refused'),
  },
  deletion_asked: {
    success: { text: 'Asked to delete your account; everybody was logged out' },
    refused: unproven('Deleting your account was refused'),
  },
  account_kept: { success: { text: 'Kept your account' } },
  user_erased: { success: { text: 'Deleted your account' } },
  second_factor_asked: { success: { text: 'Typed the right password; the second step was asked for' } },
  second_factor: { refused: { text: 'A wrong code was typed after the right password', meaning: WRONG_CODE } },
  authenticator_unreadable: { refused: { text: 'A code of your authenticator app could not be checked, by our fault' } },
  factor_locked: { alarm: { text: 'Too many wrong codes were typed', meaning: CODES_GUESSED } },
  two_step_begun: { success: { text: 'Began to set two-step log-in up', meaning: SET_UP } },
  two_step_on: {
    success: { text: 'Turned two-step log-in on; other browsers were logged out' },
    refused: { text: 'A wrong code was typed to turn two-step log-in on' },
  },
  two_step_off: {
    success: { text: 'Turned two-step log-in off; other browsers were logged out' },
    refused: unproven('Turning two-step log-in off was refused'),
  },
  two_step_reset: { success: { text: 'We turned two-step log-in off for you; everybody was logged out' } },
  authenticator_removal_scheduled: { success: { text: 'Scheduled the removal of your authenticator app', meaning: NOT_YOUR_APP } },
  authenticator_removal_stopped: { success: { text: 'Kept your authenticator app' } },
  authenticator_removed: { success: { text: 'Removed your authenticator app' } },
  recovery_codes_made: {
    success: { text: 'Made new recovery codes, which do not count before they are kept' },
    refused: unproven('Making new recovery codes was refused'),
  },
  recovery_codes_kept: { success: { text: 'Kept the new recovery codes; those of before no longer work' } },
  recovery_code_used: { success: { text: 'Used a recovery code' } },
  browsers_distrusted: { success: { text: 'Ended the trust in all browsers' } },
  logged_out: { success: { text: 'Logged out' } },
  refresh_replayed: { alarm: { text: 'A copied session was stopped', meaning: COPIED } },
  session_revoked: {
    success: { text: 'Logged another browser out' },
    refused: unproven('Logging another browser out was refused'),
  },
  session_displaced: { success: { text: 'Logged out there, because you logged in in many browsers' } },
  device_displaced: { success: { text: 'Forgot a browser that was not used for long' } },
  sessions_ended: { success: { text: 'We logged you out everywhere' } },
  other_sessions_revoked: {
    success: { text: 'Logged out everywhere else' },
    refused: unproven('Logging out everywhere else was refused'),
  },
  subscription_granted: { success: { text: 'Began your subscription' } },
  subscription_cancelled: { success: { text: 'Cancelled your subscription' } },
  subscription_resumed: { success: { text: 'Resumed your subscription' } },
};

/** For kinds that came after this page was built. */
const NEUTRAL: Record<Outcome, Wording> = {
  success: { text: 'Something was done with your account' },
  refused: { text: 'Something was refused to your account' },
  alarm: { text: 'Something unusual happened to your account' },
};

/** The kinds that have words of their own. */
export const KNOWN_KINDS: readonly string[] = Object.keys(WORDS);

/** Why a passkey was refused, by the server's reasons (`passkeys.models.Reason`). */
const PASSKEY_REASONS: Record<string, string> = {
  origin: 'It was used on another page than ours. If it was not you, somebody built a page that looks like ours.',
  framed: 'It was used in a page within another page. If it was not you, somebody built a page around ours.',
  host: 'It was used for another address than ours.',
  ceremony: 'The browser used it for something else than a log-in.',
  user_not_present: 'Nobody had touched the device.',
  user_not_verified: 'The device had not checked who is there. Set up a fingerprint, a face or a PIN on it.',
  backed_up_without_eligibility: 'What keeps it contradicts itself. Remove this passkey, and add another one.',
  backup_eligibility_changed:
    'What keeps it now says otherwise than before whether it can be on several devices, as happens after an update of a ' +
    'password manager. Remove this passkey, and add it again.',
  signature: 'Its signature was wrong.',
  user: 'It is the passkey of another account.',
  user_disabled: 'Your account was closed at that time.',
  counted_backwards: PASSKEY_COPIED,
};

/** An event in words for its owner. */
export function wordsOf({
  kind,
  outcome,
  reason = null,
}: Pick<ActivityEvent, 'kind' | 'outcome'> & Partial<Pick<ActivityEvent, 'reason'>>): Wording {
  const known = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  const wording = known?.[outcome] ?? NEUTRAL[outcome];
  if (outcome !== 'refused' || reason === null || !Object.hasOwn(PASSKEY_REASONS, reason)) return wording;
  const text = kind === 'login' ? 'A log-in with a passkey was refused' : 'A passkey was refused';
  return { text, meaning: PASSKEY_REASONS[reason] };
}

/** Whether somebody knocked with a wrong password. */
export function isRefusedLogin({ kind, outcome }: Pick<ActivityEvent, 'kind' | 'outcome'>): boolean {
  return kind === 'login' && outcome === 'refused';
}
