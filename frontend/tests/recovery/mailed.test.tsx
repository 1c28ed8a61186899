import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { act } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';

import { MailedLink } from '@/features/recovery/components/MailedLink';
import { useSessionStore } from '@/store/sessionStore';
import type { TakenBack } from '@/types/api';

import { freshSession, stage } from '../auth/stage';
import { backendForTests, ok, refusal } from '../backend';

const backend = backendForTests();
const DONE = { status: 204 };
const NOTHING: TakenBack = { reset_token: null, email: null, taken_back: [], authenticator_removal_at: null, address: null };
const PASSWORD = 'lemon stairs at low tide';

beforeEach(() => {
  freshSession();
  backend.play('POST /passwords/assess', () => ok({ accepted: true, reasons: [], strength: 4 }));
});

function open(hash: string) {
  window.history.replaceState(null, '', `/verify/${hash}`);
  const reset: string[] = [];
  stage(<MailedLink onReset={() => reset.push('yes')} />);
  return { reset, user: userEvent.setup() };
}

describe('a link from a mail', () => {
  it.each([
    ['#T', 'Confirm my e-mail address', '/auth/verify-email', 'Your e-mail address is confirmed', '/dashboard'],
    ['#change=T', 'Use this address', '/auth/confirm-email', 'Your e-mail address is changed', '/dashboard/settings'],
    ['#unlock=T', 'It is me: let me log in', '/auth/unlock', 'You can log in from any browser again', '/login'],
    ['#keep=T', 'Keep my account', '/auth/keep', 'Your account stays', '/login'],
  ])('%s does nothing before its button is pressed, and then what it says', async (hash, button, path, title, href) => {
    backend.play(`POST ${path}`, () => DONE);
    const { user } = open(hash);
    expect(window.location.hash).toBe('');
    expect(await screen.findByText('Nothing happens before you press the button.')).toBeVisible();
    expect(backend.seen).toEqual([]);
    await user.dblClick(screen.getByRole('button', { name: button }));
    await waitFor(async () => expect(await screen.findByRole('heading', { level: 2, name: title })).toHaveFocus());
    expect(backend.seen.map(({ line, body }) => [line, body])).toEqual([[`POST ${path}`, { token: 'T' }]]);
    const [way] = screen.getAllByRole('link').filter((link) => link.getAttribute('href') === href);
    expect(way).toBeVisible();
  });

  it.each([
    ['#undo=T', 'Undo the change', '/auth/undo-email'],
    ['#not-me=T', 'It was not me: log everybody out', '/auth/not-me'],
  ])('%s leads on to a new password, whose token is nowhere but in memory', async (hash, button, path) => {
    backend.play(`POST ${path}`, () => ok({ ...NOTHING, reset_token: 'R' }));
    backend.play('POST /auth/reset', () => DONE);
    const { user, reset } = open(hash);
    await user.click(await screen.findByRole('button', { name: button }));
    await waitFor(async () => expect(await screen.findByRole('heading', { name: 'Now choose a new password' })).toHaveFocus());
    expect(window.location.href).not.toContain('R');
    expect(document.body.innerHTML).not.toContain('"R"');
    await user.type(screen.getByLabelText('New password'), `${PASSWORD}{Enter}`);
    await waitFor(() => expect(reset).toEqual(['yes']));
    expect(backend.seen.find(({ line }) => line === 'POST /auth/reset')?.body).toEqual({ token: 'R', password: PASSWORD });
  });

  describe('in a browser that is new to the account', () => {
    async function questioned() {
      backend.play('POST /auth/verify-email', ({ body }) =>
        (body as { signed_up?: boolean }).signed_up
          ? DONE
          : refusal(409, 'who_signed_up', { title: 'Did you make this account yourself?', detail: 'It was made today.' }),
      );
      backend.play('POST /auth/not-mine', () => ok({ ...NOTHING, reset_token: 'R', taken_back: ['passkeys'] }));
      const { user } = open('#T');
      await user.click(await screen.findByRole('button', { name: 'Confirm my e-mail address' }));
      await waitFor(async () =>
        expect(await screen.findByRole('heading', { name: 'Did you make this account yourself?' })).toHaveFocus(),
      );
      expect(screen.getByText('It was made today.')).toBeVisible();
      expect(screen.getByRole('alert')).toBeEmptyDOMElement();
      return user;
    }

    it('asks who signed up, and confirms for who did', async () => {
      const user = await questioned();
      await user.click(screen.getByRole('button', { name: 'Yes, confirm my e-mail address' }));
      await waitFor(async () =>
        expect(await screen.findByRole('heading', { name: 'Your e-mail address is confirmed' })).toHaveFocus(),
      );
      expect(backend.seen.at(-1)?.body).toEqual({ token: 'T', signed_up: true });
    });

    it('asks who signed up, and takes away what somebody else set up', async () => {
      const user = await questioned();
      await user.click(screen.getByRole('button', { name: 'No, somebody else did' }));
      await waitFor(async () => expect(await screen.findByRole('heading', { name: 'Now choose a new password' })).toHaveFocus());
      expect(backend.seen.at(-1)?.line).toBe('POST /auth/not-mine');
    });
  });

  const PURPOSES = [
    ['#T', '/auth/verify-email', ['/dashboard/settings', '/forgot']],
    ['#change=T', '/auth/confirm-email', ['/dashboard/settings']],
    ['#undo=T', '/auth/undo-email', ['/forgot']],
    ['#not-me=T', '/auth/not-me', ['/forgot']],
    ['#unlock=T', '/auth/unlock', ['/login', '/forgot']],
    ['#keep=T', '/auth/keep', ['/login']],
  ] as const;

  /** Presses the button of a link that is dead; the ways on from there, but for the home page. */
  async function waysFrom(hash: string, path: string, status: number, code: string) {
    backend.play(`POST ${path}`, () => refusal(status, code, { title: `It is ${code}.` }));
    const { user } = open(hash);
    await screen.findByText('Nothing happens before you press the button.');
    await user.click(screen.getByRole('button'));
    await waitFor(async () => expect(await screen.findByRole('heading', { name: `It is ${code}.` })).toHaveFocus());
    const main = within(screen.getByRole('main'));
    return main.getAllByRole('link').map((link) => link.getAttribute('href'));
  }

  describe.each([
    [400, 'token_unknown'],
    [410, 'token_expired'],
    [410, 'token_used'],
  ])('that is dead (%i %s)', (status, code) => {
    it.each(PURPOSES)('says what to do next: %s', async (hash, path, hrefs) => {
      expect(await waysFrom(hash, path, status, code)).toEqual(hrefs);
    });
  });

  it.each(PURPOSES)('%s leads to the log-in when its address is not the account`s any more', async (hash, path) => {
    expect(await waysFrom(hash, path, 410, 'token_outgrown')).toEqual(['/login']);
    expect(screen.getByText(/the mail about the change has a link that brings it back/)).toBeVisible();
  });

  describe('after which something was taken back', () => {
    const PRESS = 'It was not me: log everybody out';

    async function pressed(came: Partial<TakenBack>) {
      backend.play('POST /auth/not-me', () => ok({ ...NOTHING, ...came }));
      const { user } = open('#not-me=T');
      await user.click(await screen.findByRole('button', { name: PRESS }));
      await waitFor(async () => expect(await screen.findByRole('heading', { level: 2 })).toHaveFocus());
    }

    const lines = () => screen.queryAllByRole('listitem').map((line) => line.textContent);

    it('tells all of it in words, and leaves out what it does not know', async () => {
      const codes = ['sessions', 'passkeys', 'authenticator', 'recovery_codes', 'email', 'pending_email', 'deletion'];
      const later = [...codes, 'known_browsers', 'shipping_address', 'name', 'moved_house', 'constructor'];
      const taken_back = later as TakenBack['taken_back']; // a newer server may tell more
      await pressed({ taken_back, address: 'amelia@example.org', reset_token: 'R' });
      expect(lines()).toEqual([
        'Everybody is logged out.',
        'Passkeys that were added there are removed.',
        'The authenticator app that was turned on there is removed.',
        'Recovery codes that were made there no longer work.',
        'Your e-mail address is amelia@example.org again.',
        'A change of your e-mail address that was asked for is called off.',
        'Your account stays: it is not deleted any more.',
        'Every browser is new to us again, until you log in there.',
        'The shipping address that was typed there is removed.',
        'The name that was typed there is removed.',
      ]);
      expect(screen.getByLabelText('New password')).toBeVisible();
      expect(screen.queryByText(/An authenticator app was turned on there/)).not.toBeInTheDocument();
    });

    it('says when the authenticator app goes, and what can be done until then', async () => {
      await pressed({ authenticator_removal_at: '2026-01-09T12:00:00Z', reset_token: 'R' });
      const words =
        'An authenticator app was turned on there. It is removed on January 9, 2026. In a browser that you used before, or ' +
        'with a passkey, you can remove it at once or keep it.';
      expect(screen.getByText(words)).toBeVisible();
      expect(lines()).toEqual([]);
    });

    it('leaves a password alone that was changed since, and leads to the log-in or to another', async () => {
      await pressed({ taken_back: ['sessions', 'email'] });
      expect(screen.getByText(/Your password was changed since that mail was sent, so this link does not/)).toBeVisible();
      expect(lines()).toEqual(['Everybody is logged out.', 'Your e-mail address is the old one again.']);
      expect(screen.queryByLabelText('New password')).not.toBeInTheDocument();
      expect(screen.getByRole('link', { name: 'Log in' })).toHaveAttribute('href', '/login');
      expect(screen.getByRole('link', { name: 'Choose a new password' })).toHaveAttribute('href', '/forgot');
    });
  });

  it('to keep an account logs nobody in', async () => {
    backend.play('POST /auth/keep', () => DONE);
    const { user } = open('#keep=T');
    expect(await screen.findByText(/Your account is to be deleted, with everything in it/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Keep my account' }));
    expect(await screen.findByRole('heading', { name: 'Your account stays' })).toBeVisible();
    expect(backend.seen.map(({ line }) => line)).toEqual(['POST /auth/keep']);
    expect(useSessionStore.getState()).toMatchObject({ status: 'unknown', accessToken: null });
  });

  it.each(['', '#unknown=T', '#change=', '#constructor=T'])('%j is not complete', async (hash) => {
    open(hash);
    expect(await screen.findByRole('heading', { name: 'This link is not complete.' })).toBeVisible();
    expect(backend.seen).toEqual([]);
  });

  it('stays when the server does not answer, and can be pressed again', async () => {
    backend.play('POST /auth/unlock', () => refusal(503, 'busy', { title: 'The service is busy' }));
    const { user } = open('#unlock=T');
    const button = await screen.findByRole('button', { name: 'It is me: let me log in' });
    await user.click(button);
    expect(await screen.findByText('The service is busy')).toBeVisible();
    backend.play('POST /auth/unlock', () => DONE);
    await user.click(button);
    expect(await screen.findByRole('heading', { name: 'You can log in from any browser again' })).toBeVisible();
  });

  it('takes another link that is opened in the same tab', async () => {
    open('#T');
    expect(await screen.findByRole('heading', { name: 'Confirm your e-mail address' })).toBeVisible();
    act(() => {
      window.location.hash = '#unlock=U';
    });
    expect(await screen.findByRole('heading', { name: 'Log in from a new browser' })).toBeVisible();
    expect(window.location.hash).toBe('');
  });
});
