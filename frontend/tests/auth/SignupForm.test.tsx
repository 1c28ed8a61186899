import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { SignupForm } from '@/features/auth/components/SignupForm';
import { useSessionStore } from '@/store/sessionStore';

import { refusal, backendForTests } from '../backend';
import { freshSession, stage } from './stage';

const backend = backendForTests();
const SIGNUP = 'POST /auth/signup';
const ASSESS = 'POST /passwords/assess';
const GOOD = 'lemon stairs at low tide';

beforeEach(() => {
  freshSession();
  backend.play(SIGNUP, () => ({
    status: 201,
    body: { message: 'Welcome', user_id: '1', access_token: 'token', token_type: 'bearer', expires_in: 600 },
  }));
  backend.play(ASSESS, () => ({ status: 200, body: { accepted: true, reasons: [], strength: 4 } }));
});

const email = () => screen.getByLabelText<HTMLInputElement>('E-mail');
const password = () => screen.getByLabelText<HTMLInputElement>('Password');
const button = () => screen.getByRole('button', { name: 'Create account' });
const hint = () => document.querySelector('[data-strength]');

function show() {
  const succeeded: string[] = [];
  stage(<SignupForm onSuccess={() => succeeded.push('yes')} />);
  return { user: userEvent.setup(), succeeded };
}

describe('the sign-up form', () => {
  it('tells the rules before typing, to people and to password managers', () => {
    show();
    expect(password()).toHaveAccessibleDescription(expect.stringContaining('At least 15 characters'));
    expect(password()).toHaveAttribute('autocomplete', 'new-password');
    expect(password()).toHaveAttribute('passwordrules', 'minlength: 15; maxlength: 256;');
    expect(email()).toHaveAttribute('autocomplete', 'username');
    expect(screen.getByRole('form', { name: 'Sign up' })).toHaveAttribute('method', 'post');
  });

  it('makes the account, logs in, and says that it succeeded', async () => {
    const { user, succeeded } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), `${GOOD}{Enter}`);
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    const sent = backend.seen.filter(({ line }) => line === SIGNUP);
    expect(sent.map(({ body }) => body)).toEqual([{ email: 'amelia@example.org', password: GOOD, remember: false }]);
    expect(useSessionStore.getState().status).toBe('authenticated');
  });

  it.each([
    ['', 'Choose a password.'],
    ['fourteen chars', 'Use at least 15 characters.'],
    ['🦉'.repeat(14), 'Use at least 15 characters.'],
    ['ab '.repeat(86), 'Use at most 256 characters.'],
  ])('refuses the password %j itself', async (typed, message) => {
    const { user } = show();
    await user.type(email(), 'amelia@example.org');
    await user.click(password());
    if (typed) await user.paste(typed);
    await user.click(button());
    await waitFor(() => expect(password()).toHaveAccessibleDescription(expect.stringContaining(message)));
    await waitFor(() => expect(password()).toHaveFocus());
    expect(backend.count(SIGNUP)).toBe(0);
  });

  it('takes 15 owls: characters are counted as the server does', async () => {
    const { user, succeeded } = show();
    await user.type(email(), 'amelia@example.org');
    await user.click(password());
    await user.paste('🦉'.repeat(15));
    await user.click(button());
    await waitFor(() => expect(succeeded).toEqual(['yes']));
  });

  it('says what the server says, and leads to the mail before the log-in, where sign-up is private', async () => {
    window.history.replaceState(null, '', '/signup/?next=%2Fdashboard%2Fsettings');
    const message =
      'If this address had no account yet, it has one now. Open the mail we sent to confirm it, then log in.';
    backend.play(SIGNUP, () => ({ status: 202, body: { message } }));
    const { user, succeeded } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), `${GOOD}{Enter}`);
    expect(await screen.findByText(message)).toBeVisible();
    expect(screen.getByText('Look into your mail')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('group', { name: 'Your sign-up' })).toHaveFocus());
    expect(screen.getByRole('link', { name: 'Log in' })).toHaveAttribute(
      'href',
      '/login?next=%2Fdashboard%2Fsettings',
    );
    expect(screen.queryByRole('form')).not.toBeInTheDocument();
    expect(succeeded).toEqual([]);
    expect(useSessionStore.getState().status).not.toBe('authenticated');
  });

  it.each([
    ['/signup/', '/login'],
    ['/signup/?next=%2Fdashboard%2Fsettings', '/login?next=%2Fdashboard%2Fsettings'],
  ])('leads from %s to %s when the address has an account', async (at, to) => {
    window.history.replaceState(null, '', at);
    backend.play(SIGNUP, () => refusal(409, 'email_taken', { title: 'This address has an account already.' }));
    const { user } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), `${GOOD}{Enter}`);
    expect(await screen.findByRole('link', { name: 'Log in instead' })).toHaveAttribute('href', to);
    await waitFor(() => expect(email()).toHaveFocus());
    expect(email()).toHaveAccessibleDescription(expect.stringContaining('This address has an account already.'));
    expect(password()).toHaveValue(GOOD);
  });

  it('shows why the server refused the password, at the password', async () => {
    const errors = [{ pointer: '/password', message: 'This password is on a list of leaked ones.' }];
    backend.play(SIGNUP, () => refusal(422, 'validation_failed', { errors }));
    const { user } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), `${GOOD}{Enter}`);
    await waitFor(() => expect(password()).toHaveAccessibleDescription(expect.stringContaining('leaked ones')));
    await waitFor(() => expect(password()).toHaveFocus());
  });

  it('shows what it cannot place, with the server`s reasons', async () => {
    const errors = [{ pointer: '', message: 'Somebody changed the form.' }];
    backend.play(SIGNUP, () => refusal(422, 'validation_failed', { errors }));
    const { user } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), `${GOOD}{Enter}`);
    expect(await within(screen.getByRole('alert')).findByText('Somebody changed the form.')).toBeVisible();
  });
});

describe('the strength hint', () => {
  it('counts what is missing, without asking the server', async () => {
    const { user } = show();
    expect(hint()).toHaveTextContent('');
    await user.type(password(), 'lemon stairs a');
    expect(hint()).toHaveTextContent('1 more character');
    expect(backend.count(ASSESS)).toBe(0);
  });

  it('estimates at once, then takes the server`s word, asked once after a pause', async () => {
    backend.play(ASSESS, () => ({
      status: 200,
      body: { accepted: false, reasons: [{ code: 'leaked', message: 'It is on a list of leaked ones.' }], strength: 0 },
    }));
    const { user } = show();
    await user.type(email(), 'amelia@example.org');
    await user.type(password(), GOOD);
    expect(hint()).toHaveTextContent('Strong');
    await waitFor(() => expect(hint()).toHaveTextContent('It is on a list of leaked ones.'));
    expect(backend.seen.map(({ line, body }) => [line, body])).toEqual([
      [ASSESS, { password: GOOD, email: 'amelia@example.org' }],
    ]);
  });

  it('does without the server when that does not answer', async () => {
    backend.play(ASSESS, () => refusal(503, 'busy'));
    const { user } = show();
    await user.type(password(), GOOD);
    await waitFor(() => expect(backend.count(ASSESS)).toBe(1));
    expect(hint()).toHaveTextContent('Strong');
    expect(screen.getByRole('alert')).toBeEmptyDOMElement();
  });
});
