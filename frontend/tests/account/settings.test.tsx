import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ConfirmEmailBanner } from '@/features/account/components/ConfirmEmailBanner';
import { SettingsPanel } from '@/features/account/components/SettingsPanel';
import { useSessionStore } from '@/store/sessionStore';
import type { User } from '@/types/api';

import { freshSession, stage } from '../auth/stage';
import { gate, ok, refusal } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();
const ME: User = {
  id: '1',
  email: 'amelia@example.org',
  subscription_status: 'unsubscribed',
  created_at: '2026-01-02T03:04:05Z',
  email_verified: false,
  session_id: '2',
  deletion_due_at: null,
};
const TOKEN = ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });
const CODE = 'POST /users/me/email/verification';
const VERIFY = 'POST /users/me/email/verify';
const EMAIL = 'POST /users/me/email';
const PASSWORD = 'POST /users/me/password';
const STEP_UP = 'POST /auth/step-up';
const NEW = 'lemon stairs at low tide';
const ASKED = { status: 202, body: { message: 'We have sent a mail to the new address.' } };

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok(ME));
  backend.play('GET /users/me/profile', () => ok({ name: '', shipping_address: null }));
  backend.play('POST /passwords/assess', () => ok({ accepted: true, reasons: [], strength: 4 }));
  backend.play(CODE, () => ({ status: 202, body: { message: 'We have sent you a mail with a code.' } }));
});

async function settings() {
  stage(<SettingsPanel />);
  await screen.findByText(ME.email);
  return userEvent.setup();
}

const press = (name: string) => screen.getByRole('button', { name });

it('offers a way back to a password to who has none', async () => {
  const ways = { passkeys: [], most: 20, has_password: false, may_drop_password: false };
  backend.play('GET /passkeys', () => ok(ways));
  await settings();
  expect(await screen.findByText(/Your account has no password/)).toBeVisible();
  expect(screen.queryByLabelText('Current password')).not.toBeInTheDocument();
});

describe('confirming the address', () => {
  it('mails a code and takes it, as people group it', async () => {
    const user = await settings();
    expect(screen.getByText('Not confirmed')).toBeVisible();
    await user.click(press('Send me a code'));
    const code = await screen.findByLabelText('Code from the mail');
    await waitFor(() => expect(code).toHaveFocus());
    expect(code).toHaveAttribute('autocomplete', 'one-time-code');
    expect(code).toHaveAttribute('inputmode', 'numeric');
    expect(screen.getByText(/We have sent you a mail with a code/)).toBeVisible();
    backend.play(VERIFY, () => ({ status: 204 }));
    await user.type(code, '123 456{Enter}');
    expect(await screen.findByText('Confirmed')).toBeVisible();
    expect(screen.getByText('Your e-mail address is confirmed.').closest('[role=status]')).not.toBeNull();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
    // The other cards of the page may ask for something after it.
    expect(backend.seen.findLast(({ line }) => line === VERIFY)?.body).toEqual({ code: '123456' });
  });

  it('tells at the field that a code went to an address that is not the account`s any more', async () => {
    backend.play(VERIFY, () => refusal(410, 'token_outgrown', { title: 'It was sent to another address.' }));
    const user = await settings();
    await user.click(press('I have a code'));
    await user.type(screen.getByLabelText('Code from the mail'), '123456{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Code from the mail')).toBeInvalid());
    expect(screen.getByLabelText('Code from the mail')).toHaveAccessibleDescription(/another address/);
  });

  it('tells a wrong code at the field, and sends another', async () => {
    backend.play(VERIFY, () => refusal(400, 'wrong_code', { title: 'That is not the code.' }));
    const user = await settings();
    await user.click(press('I have a code'));
    await user.type(screen.getByLabelText('Code from the mail'), '12345{Enter}');
    expect(await screen.findByText('The code has six digits.')).toBeVisible();
    await user.type(screen.getByLabelText('Code from the mail'), '6{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Code from the mail')).toHaveAccessibleDescription(/That is not the code/),
    );
    await user.click(press('Send me another code'));
    await waitFor(() => expect(screen.getByLabelText('Code from the mail')).toHaveValue(''));
  });

  it.each([
    ['too many mails', refusal(429, 'too_many_mails', { title: 'Too many mails', retry_after: 60 })],
    ['the service is away', DOWN],
  ])('keeps the typed code and the focus when another one is refused: %s', async (_, answer) => {
    const { passed, open } = gate();
    const user = await settings();
    await user.click(press('Send me a code'));
    const code = await screen.findByLabelText('Code from the mail');
    await user.type(code, '123');
    backend.play(CODE, () => passed.then(() => answer));
    await user.click(press('Send me another code'));
    await waitFor(() => expect(backend.count(CODE)).toBe(2));
    expect(press('Send me another code')).toHaveFocus();
    open();
    expect(await screen.findByText((answer.body as { title: string }).title)).toBeVisible();
    expect(screen.getByLabelText('Code from the mail')).toHaveValue('123');
    expect(press('Send me another code')).toHaveFocus();
    expect(screen.queryByText(/We have sent you a mail/)).not.toBeInTheDocument();
  });

  it('empties the field when another code was sent, for the old one is void', async () => {
    const user = await settings();
    await user.click(press('Send me a code'));
    await user.type(await screen.findByLabelText('Code from the mail'), '123');
    await user.click(press('Send me another code'));
    await waitFor(() => expect(screen.getByLabelText('Code from the mail')).toHaveValue(''));
    expect(screen.getByLabelText('Code from the mail')).toHaveFocus();
    expect(screen.getByText(/We have sent you a mail with a code/)).toBeVisible();
  });

  it('waits when there were too many mails', async () => {
    backend.play(CODE, () => refusal(429, 'too_many_mails', { title: 'Too many mails', retry_after: 60 }));
    const user = await settings();
    await user.click(press('Send me a code'));
    expect(await screen.findByText('Too many mails')).toBeVisible();
    await user.click(press('Send me a code'));
    expect(backend.count(CODE)).toBe(1);
  });
});

describe('changing the password', () => {
  it('goes on with the answered token, and says that the others are signed out', async () => {
    backend.play(PASSWORD, () => TOKEN);
    const user = await settings();
    const current = screen.getByLabelText('Current password');
    expect(current).toHaveAttribute('autocomplete', 'current-password');
    expect(screen.getByLabelText('New password')).toHaveAttribute('autocomplete', 'new-password');
    await user.type(current, 'what it was before');
    await user.type(screen.getByLabelText('New password'), `${NEW}{Enter}`);
    expect(await screen.findByText(/All other browsers are signed out/)).toBeVisible();
    expect(useSessionStore.getState().accessToken).toBe('fresh');
    expect(screen.getByLabelText('Current password')).toHaveValue('');
    expect(backend.seen.find(({ line }) => line === PASSWORD)?.body).toEqual({
      current_password: 'what it was before',
      new_password: NEW,
    });
  });

  it('tells a wrong one at its field, and keeps the new one', async () => {
    backend.play(PASSWORD, () => refusal(403, 'wrong_password', { title: 'That is not your current password.' }));
    const user = await settings();
    await user.type(screen.getByLabelText('Current password'), 'a guess');
    await user.type(screen.getByLabelText('New password'), `${NEW}{Enter}`);
    expect(await screen.findByText('That is not your current password.')).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText('Current password')).toHaveFocus());
    expect(screen.getByLabelText('New password')).toHaveValue(NEW);
  });
});

describe('changing the e-mail address', () => {
  async function ask() {
    const user = await settings();
    await user.type(screen.getByLabelText('New e-mail address'), 'new@example.org{Enter}');
    return user;
  }

  it('says that a mail is on its way', async () => {
    backend.play(EMAIL, () => ASKED);
    await ask();
    expect(await screen.findByText(ASKED.body.message)).toBeVisible();
    expect(screen.getByLabelText('New e-mail address')).toHaveValue('');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('asks for the password in place when the server wants it, and goes on', async () => {
    backend.play(EMAIL, inTurn(refusal(403, 'step_up_required'), ASKED));
    backend.play(STEP_UP, inTurn(refusal(403, 'wrong_password', { title: 'That is not your current password.' }), TOKEN));
    const user = await ask();
    const dialog = await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    await user.type(within(dialog).getByLabelText('Your password'), 'a guess{Enter}');
    expect(await within(dialog).findByText('That is not your current password.')).toBeVisible();
    await user.clear(within(dialog).getByLabelText('Your password'));
    await user.type(within(dialog).getByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByText(ASKED.body.message)).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(useSessionStore.getState().accessToken).toBe('fresh');
    expect(backend.count(EMAIL)).toBe(2);
  });

  it('does nothing when that is called off, and keeps what was typed', async () => {
    backend.play(EMAIL, () => refusal(403, 'step_up_required', { title: 'Please confirm that it is you.' }));
    const user = await ask();
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Leave it' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByLabelText('New e-mail address')).toHaveValue('new@example.org');
    await waitFor(() => expect(press('Change e-mail address')).not.toHaveAttribute('aria-disabled'));
    expect(backend.count(EMAIL)).toBe(1);
  });
});

describe('what is typed in one card outlasts the success of another', () => {
  const typed = () =>
    ['Current password', 'New password', 'New e-mail address'].map(
      (label) => screen.getByLabelText<HTMLInputElement>(label).value,
    );

  async function halfTyped() {
    const user = await settings();
    await user.type(screen.getByLabelText('Current password'), 'what it was');
    await user.type(screen.getByLabelText('New password'), NEW);
    await user.type(screen.getByLabelText('New e-mail address'), 'new@example.org');
    return user;
  }

  it('when the address is confirmed', async () => {
    backend.play(VERIFY, () => ({ status: 204 }));
    const user = await halfTyped();
    await user.click(press('I have a code'));
    await user.type(screen.getByLabelText('Code from the mail'), '123456{Enter}');
    expect(await screen.findByText('Confirmed')).toBeVisible();
    expect(typed()).toEqual(['what it was', NEW, 'new@example.org']);
    expect(backend.count('GET /passkeys')).toBe(1);
  });

  it('when the password is changed', async () => {
    backend.play(PASSWORD, () => TOKEN);
    const user = await halfTyped();
    await user.click(press('Change password'));
    expect(await screen.findByText(/All other browsers are signed out/)).toBeVisible();
    expect(typed()).toEqual(['', '', 'new@example.org']);
    expect(backend.count('GET /passkeys')).toBe(1);
  });

  it('when another address is asked for', async () => {
    backend.play(EMAIL, () => ASKED);
    const user = await halfTyped();
    await user.click(press('Change e-mail address'));
    expect(await screen.findByText(ASKED.body.message)).toBeVisible();
    expect(typed()).toEqual(['what it was', NEW, '']);
  });

  it('when the account is kept', async () => {
    backend.play('GET /users/me', () => ok({ ...ME, deletion_due_at: '2026-01-09T12:00:00Z' }));
    backend.play('POST /users/me/keep', () => ({ status: 204 }));
    const user = await halfTyped();
    await user.click(press('Keep my account'));
    expect(await screen.findByText('Your account stays.')).toBeVisible();
    expect(typed()).toEqual(['what it was', NEW, 'new@example.org']);
  });
});

it('says when the settings cannot be fetched, and tries again', async () => {
  backend.play('GET /users/me', inTurn(DOWN, ok({ ...ME, email_verified: true })));
  stage(<SettingsPanel />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Confirmed')).toBeVisible();
});

describe('the banner on the dashboard', () => {
  it('leads to the settings, and goes when it is not wanted', async () => {
    const onDismiss = vi.fn();
    stage(<ConfirmEmailBanner user={ME} onDismiss={onDismiss} />);
    expect(screen.getByRole('link', { name: 'Confirm it' })).toHaveAttribute('href', '/dashboard/settings');
    await userEvent.setup().click(press('Not now'));
    expect(screen.queryByText('Confirm your e-mail address')).not.toBeInTheDocument();
    expect(onDismiss).toHaveBeenCalledOnce();
  });

  it.each([{ ...ME, email_verified: true }, null])('is not there for a confirmed address, nor for one not known yet', (user) => {
    stage(<ConfirmEmailBanner user={user} onDismiss={() => undefined} />);
    expect(screen.queryByText('Confirm your e-mail address')).not.toBeInTheDocument();
  });
});
