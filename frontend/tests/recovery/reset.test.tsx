import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { ResetLink } from '@/features/recovery/components/ResetLink';

import { freshSession, stage } from '../auth/stage';
import { backendForTests, ok, refusal } from '../backend';
import { inTurn } from '../signedIn';

const backend = backendForTests();
const CHECK = 'POST /auth/reset/check';
const RESET = 'POST /auth/reset';
const DONE = { status: 204 };
const GOOD = ok({ email: 'amelia@example.org' });
const PASSWORD = 'lemon stairs at low tide';

beforeEach(() => {
  freshSession();
  backend.play(CHECK, () => GOOD);
  backend.play('POST /passwords/assess', () => ok({ accepted: true, reasons: [], strength: 4 }));
});

function open(hash: string) {
  window.history.replaceState({ from: 'the router' }, '', `/reset/${hash}`);
  const succeeded: string[] = [];
  stage(<ResetLink onSuccess={(email) => succeeded.push(email)} />);
  return { succeeded, user: userEvent.setup() };
}

const field = () => screen.findByLabelText<HTMLInputElement>('New password');

describe('a link to choose a new password', () => {
  it('leaves the address at once, is checked, and sets the password', async () => {
    backend.play(RESET, () => DONE);
    const { succeeded, user } = open('#secret-token');
    expect(window.location.hash).toBe('');
    expect(window.history.state).toEqual({ from: 'the router' });
    expect(await field()).toHaveAttribute('autocomplete', 'new-password');
    expect(await field()).toHaveAccessibleDescription(/At least 15 characters/);
    // Password managers save the new one under that name.
    const username = document.querySelector('input[name="username"]');
    expect(username).toHaveAttribute('autocomplete', 'username');
    expect(username).toHaveValue('amelia@example.org');
    await user.type(await field(), `${PASSWORD}{Enter}`);
    await waitFor(() => expect(succeeded).toEqual(['amelia@example.org']));
    expect(backend.seen.filter(({ line }) => line !== 'POST /passwords/assess').map(({ line, body }) => [line, body])).toEqual([
      [CHECK, { token: 'secret-token' }],
      [RESET, { token: 'secret-token', password: PASSWORD }],
    ]);
  });

  it.each([
    [400, 'token_unknown'],
    [410, 'token_expired'],
    [410, 'token_used'],
  ])('says what to do next when it is dead (%i %s)', async (status, code) => {
    backend.play(CHECK, () => refusal(status, code, { title: `It is ${code}` }));
    open('#old');
    await waitFor(async () => expect(await screen.findByRole('heading', { name: `It is ${code}.` })).toHaveFocus());
    expect(screen.getByRole('link', { name: 'Send me a new mail' })).toHaveAttribute('href', '/forgot');
    expect(screen.getByRole('link', { name: 'Log in' })).toHaveAttribute('href', '/login');
    expect(screen.queryByLabelText('New password')).not.toBeInTheDocument();
  });

  it('leads to the log-in when its address is not the account`s any more', async () => {
    backend.play(CHECK, () => refusal(410, 'token_outgrown', { title: 'This link was sent to another address.' }));
    open('#old');
    expect(await screen.findByRole('heading', { name: 'This link was sent to another address.' })).toBeVisible();
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/login']);
  });

  it('says so when it died while somebody thought of a password', async () => {
    backend.play(RESET, () => refusal(410, 'token_expired', { title: 'This link has expired' }));
    const { succeeded, user } = open('#late');
    await user.type(await field(), `${PASSWORD}{Enter}`);
    await waitFor(async () => expect(await screen.findByRole('heading', { name: 'This link has expired.' })).toHaveFocus());
    expect(succeeded).toEqual([]);
  });

  it('asks nobody about a link without a token', async () => {
    open('');
    expect(await screen.findByRole('heading', { name: 'This link is not complete.' })).toBeVisible();
    expect(backend.seen).toEqual([]);
  });

  it('can be tried again after an outage', async () => {
    backend.play(CHECK, inTurn(refusal(503, 'database_unavailable', { title: 'The service is away' }), GOOD));
    const { user } = open('#good');
    expect(await screen.findByText('The service is away')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await field()).toBeVisible();
  });

  it('tells at the field why a password is refused, and keeps the link', async () => {
    const errors = [{ pointer: '/password', message: 'This password is in a list of leaked ones.', code: 'leaked' }];
    backend.play(RESET, () => refusal(422, 'password_refused', { errors }));
    const { user } = open('#good');
    await user.type(await field(), `${PASSWORD}{Enter}`);
    await waitFor(async () => expect(await field()).toHaveAccessibleDescription(/leaked/));
    await waitFor(async () => expect(await field()).toHaveFocus());
  });
});
