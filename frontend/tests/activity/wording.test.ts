import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { KNOWN_KINDS, wordsOf } from '@/features/activity/hooks/wording';

/** Events of the server itself, which belong to nobody's account. */
const NOBODYS = /^(signing_key_|secret_rotated)/;

describe('wordsOf', () => {
  it('has words for every kind that the server writes about an account', () => {
    const source = readFileSync(new URL('../backend/src/doorstep/audit/models.py', `file://${process.cwd()}/`), 'utf8');
    const [, body = ''] = /class EventKind\(StrEnum\):([^]*?)\n\n\n/.exec(source) ?? [];
    const kinds = [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map(([, kind]) => String(kind));
    expect(kinds).toContain('login');
    expect(kinds.filter((kind) => !NOBODYS.test(kind) && !KNOWN_KINDS.includes(kind))).toEqual([]);
  });

  it.each([
    ['evicted', 'success', 'Took back access of others'],
    ['two_step_begun', 'success', 'Began to set two-step log-in up'],
    ['factor_locked', 'alarm', 'Too many wrong codes were typed'],
    ['authenticator_removal_scheduled', 'success', 'Scheduled the removal of your authenticator app'],
    ['authenticator_removal_stopped', 'success', 'Kept your authenticator app'],
    ['authenticator_removed', 'success', 'Removed your authenticator app'],
    ['session_displaced', 'success', 'Logged out there, because you logged in in many browsers'],
    ['device_displaced', 'success', 'Forgot a browser that was not used for long'],
    ['step_up', 'refused', 'A wrong password, code or passkey was given to confirm something'],
    ['email_verified', 'refused', 'A wrong code was typed to confirm your e-mail address'],
    ['two_step_on', 'refused', 'A wrong code was typed to turn two-step log-in on'],
  ] as const)('has words for %s that ended with %s', (kind, outcome, text) => {
    expect(wordsOf({ kind, outcome }).text).toBe(text);
  });

  it.each([
    'password_changed',
    'deletion_asked',
    'data_exported',
    'passkey_added',
    'passkey_removed',
    'passkey_renamed',
    'email_change_asked',
    'two_step_off',
    'recovery_codes_made',
    'password_removed',
    'session_revoked',
    'other_sessions_revoked',
  ])('says what was refused, and what to do if that was somebody else: %s', (kind) => {
    const { text, meaning } = wordsOf({ kind, outcome: 'refused' });
    expect(text).toMatch(/ was refused$/);
    expect(meaning).toMatch(/If it was not you, log that browser out under Security/);
  });

  it.each(['success', 'refused', 'alarm'] as const)('says something neutral of a kind that it does not know (%s)', (outcome) => {
    for (const kind of ['moved_house', 'toString', '__proto__', '']) {
      expect(wordsOf({ kind, outcome }).text).toMatch(/^Something .* your account$/);
    }
  });

  it('has words for every reason for which the server refuses a passkey that it knows', () => {
    const source = readFileSync(new URL('../backend/src/doorstep/passkeys/models.py', `file://${process.cwd()}/`), 'utf8');
    const [, body = ''] = /class Reason\(StrEnum\):([^]*?)\n\n\n/.exec(source) ?? [];
    const reasons = [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map(([, reason]) => String(reason));
    const nobodys = ['unreadable', 'challenge', 'unknown_passkey'];
    expect(reasons).toContain('backup_eligibility_changed');
    for (const reason of reasons.filter((each) => !nobodys.includes(each))) {
      const { text, meaning } = wordsOf({ kind: 'login', outcome: 'refused', reason });
      expect([text, meaning]).toEqual(['A log-in with a passkey was refused', expect.stringMatching(/\.$/)]);
    }
    expect(wordsOf({ kind: 'step_up', outcome: 'refused', reason: 'signature' }).text).toBe('A passkey was refused');
    expect(wordsOf({ kind: 'login', outcome: 'success', reason: 'signature' }).text).toBe('Logged in');
  });

  it('says something neutral of a known kind that ended in a new way', () => {
    expect(wordsOf({ kind: 'signed_up', outcome: 'alarm' }).text).toBe('Something unusual happened to your account');
  });
});
