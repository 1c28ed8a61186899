import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ConfirmEmailBanner } from '@/features/account/components/ConfirmEmailBanner';
import { PasswordChange } from '@/features/account/components/PasswordChange';
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
  await screen.findByRole('button', { name: 'Change e-mail address' });
  return userEvent.setup();
}

const press = (name: string) => screen.getByRole('button', { name });

describe('confirming the address', () => {
  it('takes the code that was mailed already, as people group it', async () => {
    const user = await settings();
    expect(screen.getByText('Not confirmed')).toBeVisible();
    const code = screen.getByLabelText('Code from the mail');
    expect(screen.getByText(/Type the six digits that we mailed to/)).toHaveTextContent(ME.email);
    expect(code).toHaveAttribute('autocomplete', 'one-time-code');
    expect(code).toHaveAttribute('inputmode', 'numeric');
    backend.play(VERIFY, () => ({ status: 204 }));
    await user.type(code, '123 45');
    expect(backend.count(VERIFY)).toBe(0);
    // The sixth digit sends them.
    await user.type(code, '6');
    expect(await screen.findByText('Confirmed')).toBeVisible();
    expect(screen.getByText('Your e-mail address is confirmed.').closest('[role=status]')).not.toBeNull();
    expect(screen.getByRole('group', { name: 'News of your e-mail address' })).toHaveFocus();
    expect(backend.seen.filter(({ line }) => line === VERIFY).map(({ body }) => body)).toEqual([{ code: '123456' }]);
    expect(backend.count(CODE)).toBe(0);
  });

  it('tells at the field that a code went to an address that is not the account`s any more', async () => {
    backend.play(VERIFY, () => refusal(410, 'token_outgrown', { title: 'It was sent to another address.' }));
    const user = await settings();
    await user.type(screen.getByLabelText('Code from the mail'), '123456');
    await waitFor(() => expect(screen.getByLabelText('Code from the mail')).toBeInvalid());
    expect(screen.getByLabelText('Code from the mail')).toHaveAccessibleDescription(/another address/);
  });

  it('tells a wrong code at the field, and sends another', async () => {
    backend.play(VERIFY, () => refusal(400, 'wrong_code', { title: 'That is not the code.' }));
    const user = await settings();
    await user.type(screen.getByLabelText('Code from the mail'), '12345{Enter}');
    expect(await screen.findByText('The code has six digits.')).toBeVisible();
    await user.type(screen.getByLabelText('Code from the mail'), '6');
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
    await user.click(press('Send me another code'));
    await screen.findByText(/We have mailed a new code/);
    await user.type(screen.getByLabelText('Code from the mail'), '123');
    backend.play(CODE, () => passed.then(() => answer));
    await user.click(press('Send me another code'));
    await waitFor(() => expect(backend.count(CODE)).toBe(2));
    expect(press('Send me another code')).toHaveFocus();
    open();
    expect(await screen.findByText((answer.body as { title: string }).title)).toBeVisible();
    expect(screen.getByLabelText('Code from the mail')).toHaveValue('123');
    expect(press('Send me another code')).toHaveFocus();
    expect(screen.queryByText(/We have mailed a new code/)).not.toBeInTheDocument();
  });

  it('empties the field when another code was sent, for the old one is void', async () => {
    const user = await settings();
    await user.type(screen.getByLabelText('Code from the mail'), '123');
    await user.click(press('Send me another code'));
    await waitFor(() => expect(screen.getByLabelText('Code from the mail')).toHaveValue(''));
    expect(screen.getByLabelText('Code from the mail')).toHaveFocus();
    expect(screen.getByText(`We have mailed a new code to ${ME.email}. Only that one counts now.`)).toBeVisible();
  });

  it('waits when there were too many mails', async () => {
    backend.play(CODE, () => refusal(429, 'too_many_mails', { title: 'Too many mails', retry_after: 60 }));
    const user = await settings();
    await user.click(press('Send me another code'));
    expect(await screen.findByText('Too many mails')).toBeVisible();
    await user.click(press('Send me another code'));
    expect(backend.count(CODE)).toBe(1);
  });
});

describe('changing the password', () => {
  function password() {
    stage(<PasswordChange email={ME.email} onSuccess={onSuccess} />);
    return userEvent.setup();
  }

  const onSuccess = vi.fn();

  it('goes on with the answered token, and says that the others are logged out', async () => {
    backend.play(PASSWORD, () => TOKEN);
    const user = password();
    const current = screen.getByLabelText('Current password');
    expect(current).toHaveAttribute('autocomplete', 'current-password');
    expect(screen.getByLabelText('New password')).toHaveAttribute('autocomplete', 'new-password');
    await user.type(current, 'what it was before');
    await user.type(screen.getByLabelText('New password'), `${NEW}{Enter}`);
    expect(await screen.findByText(/All other browsers are logged out/)).toBeVisible();
    expect(useSessionStore.getState().accessToken).toBe('fresh');
    expect(screen.getByLabelText('Current password')).toHaveValue('');
    expect(screen.getByRole('group', { name: 'News of your password' })).toHaveFocus();
    expect(onSuccess).toHaveBeenCalledOnce();
    expect(backend.seen.find(({ line }) => line === PASSWORD)?.body).toEqual({
      current_password: 'what it was before',
      new_password: NEW,
    });
  });

  it('tells a wrong one at its field, and keeps the new one', async () => {
    backend.play(PASSWORD, () => refusal(403, 'wrong_password', { title: 'That is not your current password.' }));
    const user = password();
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
    expect(await screen.findByText(/We have sent a mail to new@example.org/)).toBeVisible();
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
    expect(await screen.findByText(/We have sent a mail to new@example.org/)).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(useSessionStore.getState().accessToken).toBe('fresh');
    expect(backend.count(EMAIL)).toBe(2);
  });

  it('does nothing when that is called off, and keeps what was typed', async () => {
    backend.play(EMAIL, () => refusal(403, 'step_up_required', { title: 'Please confirm that it is you.' }));
    const user = await ask();
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByLabelText('New e-mail address')).toHaveValue('new@example.org');
    await waitFor(() => expect(press('Change e-mail address')).not.toHaveAttribute('aria-disabled'));
    expect(backend.count(EMAIL)).toBe(1);
  });
});

describe('a change of address that waits', () => {
  const CHANGE = 'GET /users/me/email/change';
  const WAITS = ok({ email: 'new@example.org', expires_at: '2026-01-02T04:04:05Z' });
  const NONE = ok({ email: null, expires_at: null });

  it('is seen after a reload, and sent again', async () => {
    backend.play(CHANGE, () => WAITS);
    backend.play(EMAIL, () => ASKED);
    const user = await settings();
    expect(await screen.findByText('Waiting for your new address')).toBeVisible();
    expect(screen.getByText('new@example.org')).toBeVisible();
    await user.click(press('Send it again'));
    expect(await screen.findByText('We have sent another mail to new@example.org. Only that one counts now.')).toBeVisible();
    await waitFor(() => expect(backend.count(CHANGE)).toBe(2));
    expect(backend.seen.find(({ line }) => line === EMAIL)?.body).toEqual({ email: 'new@example.org' });
  });

  it('is withdrawn', async () => {
    backend.play(CHANGE, inTurn(WAITS, NONE));
    backend.play('DELETE /users/me/email/change', () => ({ status: 204 }));
    const user = await settings();
    await user.click(await screen.findByRole('button', { name: 'Withdraw the change' }));
    expect(await screen.findByText(/The change is withdrawn/)).toBeVisible();
    await waitFor(() => expect(screen.queryByText('Waiting for your new address')).not.toBeInTheDocument());
    expect(screen.getByRole('group', { name: 'News of your e-mail address' })).toHaveFocus();
  });

  it('says why it could not be sent again, and asks who is there', async () => {
    backend.play(CHANGE, () => WAITS);
    backend.play(EMAIL, inTurn(refusal(403, 'step_up_required'), refusal(429, 'too_many_mails', { title: 'Too many mails' })));
    backend.play(STEP_UP, () => TOKEN);
    const user = await settings();
    await user.click(await screen.findByRole('button', { name: 'Send it again' }));
    const dialog = await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    expect(within(dialog).getByText('To send it again, type your password once more.')).toBeVisible();
    await user.type(within(dialog).getByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByText('Too many mails.')).toBeVisible();
  });

  it('is not there while there is none', async () => {
    backend.play(CHANGE, () => NONE);
    await settings();
    await waitFor(() => expect(backend.count(CHANGE)).toBe(1));
    expect(screen.queryByText('Waiting for your new address')).not.toBeInTheDocument();
  });
});

describe('what is typed in one card outlasts the success of another', () => {
  const typed = () =>
    ['Name', 'New e-mail address'].map(
      (label) => screen.getByLabelText<HTMLInputElement>(label).value,
    );

  async function halfTyped() {
    const user = await settings();
    await user.type(await screen.findByLabelText('Name'), 'Amelia');
    await user.type(screen.getByLabelText('New e-mail address'), 'new@example.org');
    return user;
  }

  it('when the address is confirmed', async () => {
    backend.play(VERIFY, () => ({ status: 204 }));
    const user = await halfTyped();
    await user.type(screen.getByLabelText('Code from the mail'), '123456');
    expect(await screen.findByText('Confirmed')).toBeVisible();
    expect(typed()).toEqual(['Amelia', 'new@example.org']);
    expect(backend.count('GET /users/me/profile')).toBe(1);
  });

  it('when another address is asked for', async () => {
    backend.play(EMAIL, () => ASKED);
    const user = await halfTyped();
    await user.click(press('Change e-mail address'));
    expect(await screen.findByText(/We have sent a mail to new@example.org/)).toBeVisible();
    expect(typed()).toEqual(['Amelia', '']);
  });

  it('when the account is kept', async () => {
    backend.play('GET /users/me', () => ok({ ...ME, deletion_due_at: '2026-01-09T12:00:00Z' }));
    backend.play('POST /users/me/keep', () => ({ status: 204 }));
    const user = await halfTyped();
    await user.click(press('Keep my account'));
    expect(await screen.findByText('Your account stays.')).toBeVisible();
    expect(typed()).toEqual(['Amelia', 'new@example.org']);
  });
});

it('says when the settings cannot be fetched, and tries again', async () => {
  backend.play('GET /users/me', inTurn(DOWN, ok({ ...ME, email_verified: true })));
  stage(<SettingsPanel />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Confirmed')).toBeVisible();
});

describe('the banner on the dashboard', () => {
  it('takes the code in place, and goes when it is not wanted', async () => {
    const onDismiss = vi.fn();
    stage(<ConfirmEmailBanner user={ME} onDismiss={onDismiss} />);
    expect(screen.getByText(/Type the six digits that we mailed to/)).toHaveTextContent(ME.email);
    expect(screen.getByLabelText('Code from the mail')).not.toHaveFocus();
    await userEvent.setup().click(press('Not now'));
    expect(screen.queryByLabelText('Code from the mail')).not.toBeInTheDocument();
    expect(onDismiss).toHaveBeenCalledOnce();
  });

  it('says in its place that the address is confirmed', async () => {
    backend.play(VERIFY, () => ({ status: 204 }));
    stage(<ConfirmEmailBanner user={ME} onDismiss={() => undefined} />);
    await userEvent.setup().type(screen.getByLabelText('Code from the mail'), '123456');
    expect(await screen.findByText('Your e-mail address is confirmed.')).toBeVisible();
    expect(screen.getByRole('region', { name: 'Your e-mail address' })).toHaveFocus();
    expect(screen.queryByLabelText('Code from the mail')).not.toBeInTheDocument();
  });

  it.each([{ ...ME, email_verified: true }, null])('is not there for a confirmed address, nor for one not known yet', (user) => {
    stage(<ConfirmEmailBanner user={user} onDismiss={() => undefined} />);
    expect(screen.queryByLabelText('Code from the mail')).not.toBeInTheDocument();
  });
});
