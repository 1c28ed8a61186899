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
  'If it was not you, press «This was not me» in the mail about it, and look at your address under Settings.';
const WRONG_CODE = 'If it was not you, somebody knows your password: choose a new one now. They did not get in.';

/** What is said of each kind of event and how it ended; kinds are the server's (`EventKind`). */
const WORDS: Record<string, Wordings> = {
  signed_up: { success: { text: 'You created your account' } },
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
  login_unlocked: { success: { text: 'Every browser may log in again' } },
  step_up: { success: { text: 'Confirmed that it is you' }, refused: { text: 'A wrong password or passkey was given to confirm something' } },
  email_verified: { success: { text: 'Confirmed your e-mail address' } },
  reset_asked: { success: { text: 'A mail to choose a new password was asked for', meaning: RESET_ASKED } },
  password_reset: { success: { text: 'Chose a new password by mail; everybody was signed out' } },
  password_changed: { success: { text: 'Changed your password; other browsers were signed out' } },
  password_removed: { success: { text: 'Removed your password; other browsers were signed out' } },
  passkey_added: { success: { text: 'A passkey was added' } },
  passkey_renamed: { success: { text: 'Renamed a passkey' } },
  passkey_removed: { success: { text: 'A passkey was removed' } },
  passkey_copied: { alarm: { text: 'A passkey was refused: somebody may have a copy of it', meaning: PASSKEY_COPIED } },
  email_change_asked: { success: { text: 'Asked to change your e-mail address', meaning: CHANGE_ASKED } },
  email_changed: { success: { text: 'Your e-mail address was changed' } },
  email_change_undone: { success: { text: 'Took the change of your e-mail address back; everybody was signed out' } },
  name_changed: { success: { text: 'Changed your name' } },
  shipping_address_changed: { success: { text: 'Your shipping address was changed', meaning: ADDRESS_CHANGED } },
  not_me: { success: { text: 'You said that a log-in was not yours; everybody was signed out' } },
  data_exported: { success: { text: 'A copy of all your data was handed out', meaning: DATA_EXPORTED } },
  deletion_asked: { success: { text: 'Your account is to be deleted; everybody was signed out' } },
  account_kept: { success: { text: 'Your account was kept' } },
  user_erased: { success: { text: 'Your account was deleted' } },
  second_factor_asked: { success: { text: 'The right password was typed; the second step was asked for' } },
  second_factor: { refused: { text: 'A wrong code was typed after the right password', meaning: WRONG_CODE } },
  two_step_on: { success: { text: 'Turned two-step log-in on; other browsers were signed out' } },
  two_step_off: { success: { text: 'Turned two-step log-in off; other browsers were signed out' } },
  two_step_reset: { success: { text: 'We turned two-step log-in off for you; everybody was signed out' } },
  recovery_codes_made: { success: { text: 'Made new recovery codes' } },
  recovery_code_used: { success: { text: 'A recovery code was used' } },
  browsers_distrusted: { success: { text: 'No browser is trusted any more' } },
  logged_out: { success: { text: 'Logged out' } },
  refresh_replayed: { alarm: { text: 'A copied session was stopped', meaning: COPIED } },
  session_revoked: { success: { text: 'Signed another browser out' } },
  sessions_ended: { success: { text: 'We signed you out everywhere' } },
  other_sessions_revoked: { success: { text: 'Signed out everywhere else' } },
  subscription_granted: { success: { text: 'Your subscription began' } },
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

/** An event in words for its owner. */
export function wordsOf({ kind, outcome }: Pick<ActivityEvent, 'kind' | 'outcome'>): Wording {
  const known = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  return known?.[outcome] ?? NEUTRAL[outcome];
}

/** Whether somebody knocked with a wrong password. */
export function isRefusedLogin({ kind, outcome }: Pick<ActivityEvent, 'kind' | 'outcome'>): boolean {
  return kind === 'login' && outcome === 'refused';
}
