import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { LoginForm } from '@/features/auth/components/LoginForm';
import { useSessionStore } from '@/store/sessionStore';

import { backendForTests, ok, refusal } from '../backend';
import { deviceForTests, REQUEST } from '../passkeys/device';
import { freshSession } from './stage';

const backend = backendForTests();
const device = deviceForTests();
const LOGIN = 'POST /auth/login';
const APP = 'POST /auth/login/totp';
const PASSKEY = 'POST /auth/login/passkey';
const PASSKEY_OPTIONS = 'POST /auth/login/passkey/options';
const RECOVERY = 'POST /auth/login/recovery-code';
const SIGNED_IN = ok({ access_token: 'token', token_type: 'bearer', expires_in: 600 });

const challenged = (factors = ['totp', 'recovery_code']) =>
  refusal(401, 'second_factor_required', { ticket: 'ticket-1', expires_in: 300, factors });

beforeEach(() => {
  freshSession();
  backend.play(LOGIN, () => challenged());
  backend.play(APP, () => SIGNED_IN);
  backend.play(RECOVERY, () => SIGNED_IN);
});

const code = () => screen.findByLabelText('Code from your authenticator app');

async function afterThePassword() {
  const succeeded: string[] = [];
  render(<LoginForm onSuccess={() => succeeded.push('yes')} />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('E-mail'), 'amelia@example.org');
  await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
  await code();
  return { user, succeeded };
}

describe('the second step of a log-in', () => {
  it('asks for a code where phones and password managers offer one', async () => {
    await afterThePassword();
    await waitFor(async () => expect(await code()).toHaveFocus());
    expect(await code()).toHaveAttribute('autocomplete', 'one-time-code');
    expect(await code()).toHaveAttribute('inputmode', 'numeric');
    expect(screen.getByRole('heading', { name: 'One more step' })).toBeVisible();
    expect(screen.queryByLabelText('Password')).not.toBeInTheDocument();
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });

  it('takes the code as apps group it, and lets in', async () => {
    const { user, succeeded } = await afterThePassword();
    await user.type(await code(), '123 456{Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    expect(backend.seen.at(-1)).toMatchObject({
      line: APP,
      body: { ticket: 'ticket-1', code: '123456', trust_browser: false },
    });
    expect(useSessionStore.getState()).toMatchObject({ status: 'authenticated', accessToken: 'token' });
  });

  it('trusts the browser when asked to', async () => {
    const { user, succeeded } = await afterThePassword();
    await user.click(screen.getByLabelText('Trust this browser for 30 days'));
    await user.type(await code(), '123456{Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    expect(backend.seen.at(-1)?.body).toMatchObject({ trust_browser: true });
  });

  it('tells a wrong code at the field, and lets it be typed again', async () => {
    backend.play(APP, () => refusal(403, 'wrong_factor_code', { title: 'That is not the right code.' }));
    const { user, succeeded } = await afterThePassword();
    await user.type(await code(), '12345{Enter}');
    expect(await screen.findByText('The code has six digits.')).toBeVisible();
    await user.type(await code(), '6{Enter}');
    await waitFor(async () => expect(await code()).toHaveAccessibleDescription(/That is not the right code/));
    await waitFor(async () => expect(await code()).toHaveFocus());
    expect(succeeded).toEqual([]);
  });

  it('takes a recovery code, and goes back to the app', async () => {
    const { user, succeeded } = await afterThePassword();
    await user.click(screen.getByRole('button', { name: 'Use a recovery code' }));
    const field = await screen.findByLabelText('Recovery code');
    await waitFor(() => expect(field).toHaveFocus());
    expect(field).toHaveAttribute('autocomplete', 'off');
    await user.click(screen.getByRole('button', { name: 'Use your authenticator app' }));
    expect(await code()).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Use a recovery code' }));
    await user.type(await screen.findByLabelText('Recovery code'), ' 0123-abcd {Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    expect(backend.seen.at(-1)).toMatchObject({ line: RECOVERY, body: { ticket: 'ticket-1', code: '0123-abcd' } });
  });

  describe('by passkey', () => {
    async function chosen() {
      backend.play(LOGIN, () => challenged(['totp', 'recovery_code', 'passkey']));
      backend.play(PASSKEY_OPTIONS, () => ok(REQUEST));
      const stage = await afterThePassword();
      await stage.user.click(screen.getByRole('button', { name: 'Use a passkey' }));
      return { ...stage, go: await screen.findByRole('button', { name: 'Go on with your passkey' }) };
    }

    it('asks the device for one of the account, and lets in', async () => {
      backend.play(PASSKEY, () => SIGNED_IN);
      const { user, succeeded, go } = await chosen();
      await waitFor(() => expect(go).toHaveFocus());
      await user.click(screen.getByLabelText('Trust this browser for 30 days'));
      await user.click(go);
      await waitFor(() => expect(succeeded).toEqual(['yes']));
      expect(device.current.asked[0]?.publicKey?.allowCredentials).toHaveLength(1);
      expect(backend.seen.find(({ line }) => line === PASSKEY_OPTIONS)?.body).toEqual({ ticket: 'ticket-1' });
      expect(backend.seen.at(-1)).toMatchObject({
        line: PASSKEY,
        body: { ticket: 'ticket-1', trust_browser: true, credential_id: '__79', signature: 'Aw' },
      });
      expect(useSessionStore.getState()).toMatchObject({ status: 'authenticated', accessToken: 'token' });
    });

    it('says that none was used when it is called off, and can be tried again or left', async () => {
      device.current.refusal = 'NotAllowedError';
      const { user, go } = await chosen();
      await user.click(go);
      await waitFor(() => expect(device.current.asked).toHaveLength(1));
      await waitFor(() => expect(go).not.toHaveAttribute('aria-disabled'));
      expect(screen.getByRole('alert')).toHaveTextContent('No passkey was usedPlease try again, or use another way.');
      expect(backend.count(PASSKEY)).toBe(0);
      await user.click(screen.getByRole('button', { name: 'Use your authenticator app' }));
      expect(await code()).toBeVisible();
    });

    it('says that it was not accepted', async () => {
      backend.play(PASSKEY, () => refusal(403, 'wrong_factor_code', { title: 'That is not the right code.' }));
      const { user, go, succeeded } = await chosen();
      await user.click(go);
      expect(await screen.findByText('That passkey was not accepted')).toBeVisible();
      expect(succeeded).toEqual([]);
    });

    it('leads back to the password when the ticket has ended', async () => {
      const { user, go } = await chosen();
      backend.play(PASSKEY_OPTIONS, () => refusal(401, 'ticket_ended', { title: 'That took too long.' }));
      await user.click(go);
      expect(await screen.findByText(/That took too long/)).toBeVisible();
      await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
    });

    it('counts down after too many, and asks nobody before its end', async () => {
      backend.play(PASSKEY, () => refusal(429, 'too_many_attempts', { title: 'Too many attempts', retry_after: 65 }));
      const { user, go } = await chosen();
      await user.click(go);
      expect(await screen.findByText('Too many attempts')).toBeVisible();
      expect(screen.getByText('You can try again in 1 minute 5 seconds.', { selector: '[aria-hidden]' })).toBeVisible();
      expect(go).toHaveAttribute('aria-disabled', 'true');
      await user.click(go);
      expect(backend.count(PASSKEY)).toBe(1);
    });

    it('is not there where the browser does not know it', async () => {
      vi.stubGlobal('PublicKeyCredential', undefined);
      Reflect.deleteProperty(window, 'PublicKeyCredential');
      backend.play(LOGIN, () => challenged(['totp', 'passkey']));
      await afterThePassword();
      expect(screen.queryByRole('button', { name: 'Use a passkey' })).not.toBeInTheDocument();
    });
  });

  it.each([
    ['too_many_attempts', 65, 'You can try again in 1 minute 5 seconds.'],
    ['totp_locked', 65, 'You can try again in 1 minute 5 seconds.'],
    ['totp_locked', undefined, 'Title of totp_locked'],
  ])('tells a wrong code too many with the wait (%s, %s)', async (refused, retry_after, words) => {
    backend.play(APP, () => refusal(429, refused, { retry_after }));
    const { user, succeeded } = await afterThePassword();
    await user.type(await code(), '123456{Enter}');
    expect(await screen.findByText(words, { ignore: '.sr-only' })).toBeVisible();
    await user.type(await code(), '{Enter}');
    expect(backend.count(APP)).toBe(retry_after ? 1 : 2);
    expect(succeeded).toEqual([]);
  });

  describe('for an app that is to be removed', () => {
    const REMOVE = 'POST /auth/login/remove-authenticator';
    const TOLD =
      'Your authenticator app is to be removed on January 9, 2026, because you told us that it was not you who turned it on.';
    const going = (more = {}) =>
      refusal(401, 'second_factor_required', {
        ticket: 'ticket-1',
        factors: ['totp'],
        removal_due_at: '2026-01-09T12:00:00Z',
        ...more,
      });
    const button = () => screen.findByRole('button', { name: 'Remove it now' });

    beforeEach(() => {
      backend.play(LOGIN, () => going({ may_remove: true }));
      backend.play(REMOVE, () => ({ status: 204 }));
    });

    it('says when that is, to the eye at once and to the ear as a change', async () => {
      await afterThePassword();
      expect(screen.getByText(TOLD)).toBeVisible();
      await waitFor(() => expect(screen.getByText(TOLD).closest('[role=status]')).toBeInTheDocument());
      expect(screen.getAllByText(TOLD)).toHaveLength(1);
    });

    it.each([
      ['in a browser that may not remove it', () => going()],
      ['in one that the server says it of', () => going({ may_remove: false })],
    ])('offers no removal %s', async (_, answer) => {
      backend.play(LOGIN, answer);
      await afterThePassword();
      expect(screen.getByText(TOLD)).toBeVisible();
      expect(screen.queryByRole('button', { name: 'Remove it now' })).not.toBeInTheDocument();
    });

    it('says nothing of it to anybody else', async () => {
      backend.play(LOGIN, () => challenged());
      await afterThePassword();
      expect(screen.queryByText(/is to be removed/)).not.toBeInTheDocument();
    });

    it('removes it, and leads back to the password with the e-mail kept', async () => {
      const { user, succeeded } = await afterThePassword();
      await user.click(await button());
      const news = await screen.findByText('The authenticator app is removed. Please log in again.');
      expect(news.closest('[role=status]')).toBeVisible();
      expect(backend.seen.at(-1)).toMatchObject({ line: REMOVE, body: { ticket: 'ticket-1' } });
      expect(screen.getByRole('alert')).toBeEmptyDOMElement();
      await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
      expect(screen.getByLabelText('E-mail')).toHaveValue('amelia@example.org');
      expect(screen.getByLabelText('Password')).toHaveValue('');
      expect(succeeded).toEqual([]);

      backend.play(LOGIN, () => SIGNED_IN);
      await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
      await waitFor(() => expect(succeeded).toEqual(['yes']));
      expect(news).not.toBeInTheDocument();
    });

    it('leads back to the password when the ticket has ended, and says why', async () => {
      backend.play(REMOVE, () => refusal(401, 'ticket_ended', { title: 'That took too long.' }));
      const { user } = await afterThePassword();
      await user.click(await button());
      expect(await screen.findByText('That took too long.')).toBeVisible();
      await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
      expect(screen.queryByText(/is removed/)).not.toBeInTheDocument();
    });

    it.each([
      ['removal_not_yours', 403, undefined],
      ['too_many_attempts', 429, 65],
    ])('tells a refusal in place (%s), and the code can still be typed', async (refused, status, retry_after) => {
      backend.play(REMOVE, () => refusal(status, refused, { retry_after }));
      const { user, succeeded } = await afterThePassword();
      await user.click(await button());
      expect(await screen.findByText(`Title of ${refused}`)).toBeVisible();
      expect((await button()).getAttribute('aria-disabled')).toBe(retry_after ? 'true' : null);
      await user.type(await code(), '123456{Enter}');
      await waitFor(() => expect(succeeded).toEqual(['yes']));
    });
  });

  it('offers only what there is', async () => {
    backend.play(LOGIN, () => challenged(['totp']));
    await afterThePassword();
    expect(screen.queryByRole('button', { name: 'Use a recovery code' })).not.toBeInTheDocument();
  });

  it('leads back to the password when the ticket has ended, keeps the e-mail, and says why', async () => {
    backend.play(APP, () => refusal(401, 'ticket_ended', { title: 'That took too long. Please type your password again.' }));
    const { user, succeeded } = await afterThePassword();
    await user.type(await code(), '123456{Enter}');
    expect(await screen.findByText(/That took too long/)).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText('Password')).toHaveFocus());
    expect(screen.getByLabelText('E-mail')).toHaveValue('amelia@example.org');
    expect(screen.getByLabelText('Password')).toHaveValue('');
    backend.play(LOGIN, () => SIGNED_IN);
    await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
  });
});
