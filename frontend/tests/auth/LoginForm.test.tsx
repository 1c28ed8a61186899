import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { LoginForm } from '@/features/auth/components/LoginForm';
import { useSessionStore } from '@/store/sessionStore';

import { gate, ok, refusal, backendForTests } from '../backend';
import { freshSession } from './stage';

const backend = backendForTests();
const SIGNED_IN = ok({ access_token: 'token', token_type: 'bearer', expires_in: 600 });
const LOGIN = 'POST /auth/login';

beforeEach(() => {
  freshSession();
  backend.play(LOGIN, () => SIGNED_IN);
});

const email = () => screen.getByLabelText<HTMLInputElement>('E-mail');
const password = () => screen.getByLabelText<HTMLInputElement>('Password');
const button = () => screen.getByRole('button', { name: 'Log in' });
const alert = () => screen.getByRole('alert');

function show() {
  const succeeded: string[] = [];
  render(<LoginForm onSuccess={() => succeeded.push('yes')} />);
  return { user: userEvent.setup(), succeeded };
}

async function fill(user: ReturnType<typeof userEvent.setup>) {
  await user.type(email(), 'amelia@example.org');
  await user.type(password(), 'correct horse battery');
}

describe('the log-in form', () => {
  it('is one that password managers know, and that puts nothing into an address', () => {
    show();
    expect(screen.getByRole('form', { name: 'Log in' })).toHaveAttribute('method', 'post');
    expect(email()).toHaveAttribute('autocomplete', 'username webauthn');
    expect(email()).toHaveAttribute('type', 'email');
    expect(email()).toHaveAttribute('name', 'email');
    expect(email()).toHaveAttribute('id', 'email');
    expect(password()).toHaveAttribute('autocomplete', 'current-password');
    expect(password()).toHaveAttribute('type', 'password');
    expect(password()).toHaveAttribute('name', 'password');
    expect(button()).toHaveAttribute('type', 'submit');
  });

  it('has the place for messages before there is one', () => {
    show();
    expect(alert()).toBeEmptyDOMElement();
    expect(alert()).toHaveAttribute('aria-live', 'assertive');
  });

  it('sends what was typed, once, by Enter, and says that it succeeded', async () => {
    const { user, succeeded } = show();
    await fill(user);
    await user.click(screen.getByLabelText('Keep me logged in'));
    await user.type(password(), '{Enter}');
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    expect(backend.seen.map(({ line, body }) => [line, body])).toEqual([
      [LOGIN, { email: 'amelia@example.org', password: 'correct horse battery', remember: true }],
    ]);
    expect(useSessionStore.getState()).toMatchObject({ status: 'authenticated', accessToken: 'token' });
  });

  it('does not keep anybody logged in unasked, and trims the e-mail only', async () => {
    const { user, succeeded } = show();
    await user.type(email(), '  amelia@example.org ');
    await user.type(password(), ' spaces count ');
    await user.click(button());
    await waitFor(() => expect(succeeded).toHaveLength(1));
    expect(backend.seen[0]?.body).toEqual({ email: 'amelia@example.org', password: ' spaces count ', remember: false });
  });

  it('keeps and sends what was filled in before its script arrived', async () => {
    const { succeeded } = show();
    // As a password manager may do it: no event.
    email().value = 'amelia@example.org';
    password().value = 'filled in';
    await userEvent.click(button());
    await waitFor(() => expect(succeeded).toHaveLength(1));
    expect(backend.seen[0]?.body).toMatchObject({ email: 'amelia@example.org', password: 'filled in' });
  });

  it('cannot be sent twice', async () => {
    const { passed, open } = gate();
    backend.play(LOGIN, () => passed.then(() => SIGNED_IN));
    const { user, succeeded } = show();
    await fill(user);
    await user.dblClick(button());
    await user.type(password(), '{Enter}');
    expect(button()).toHaveAttribute('aria-disabled', 'true');
    open();
    await waitFor(() => expect(succeeded).toEqual(['yes']));
    // Still the page that is about to go.
    await user.click(button());
    expect(backend.count(LOGIN)).toBe(1);
  });
});

describe('before sending, the log-in form', () => {
  it('says what is missing, at the field, and goes to the first', async () => {
    const { user } = show();
    await user.click(button());
    expect(await screen.findByText('Enter your e-mail address.')).toBeVisible();
    await waitFor(() => expect(email()).toHaveFocus());
    expect(email()).toBeInvalid();
    expect(email()).toHaveAccessibleDescription('Enter your e-mail address.');
    expect(password()).toHaveAccessibleDescription(expect.stringContaining('Enter your password.'));
    expect(backend.seen).toEqual([]);
  });

  it.each(['amelia', 'amelia@', 'a b@example.org', `${'a'.repeat(250)}@example.org`])('refuses %j', async (typed) => {
    const { user } = show();
    await user.type(email(), typed);
    await user.type(password(), 'x{Enter}');
    await waitFor(() => expect(email()).toBeInvalid());
    expect(backend.seen).toEqual([]);
  });

  it('takes back the complaint while it is mended', async () => {
    const { user } = show();
    await user.click(button());
    await screen.findByText('Enter your e-mail address.');
    await user.type(email(), 'amelia@example.org');
    await waitFor(() => expect(email()).toBeValid());
  });
});

describe('refused, the log-in form', () => {
  it('says "Invalid credentials", keeps the e-mail, and selects the password for another try', async () => {
    backend.play(LOGIN, () => refusal(401, 'invalid_credentials', { title: 'Invalid credentials' }));
    const { user, succeeded } = show();
    await fill(user);
    await user.click(button());
    expect(await within(alert()).findByText('Invalid credentials')).toBeVisible();
    expect(email()).toHaveValue('amelia@example.org');
    await waitFor(() => expect(password()).toHaveFocus());
    expect([password().selectionStart, password().selectionEnd]).toEqual([0, 'correct horse battery'.length]);
    expect(password()).toHaveAccessibleDescription(expect.stringContaining('Invalid credentials'));
    expect(succeeded).toEqual([]);
  });

  it('announces the same refusal again, and lets go of it after a success', async () => {
    backend.play(LOGIN, () => refusal(401, 'invalid_credentials', { title: 'Invalid credentials' }));
    const { user, succeeded } = show();
    await fill(user);
    await user.click(button());
    const first = await within(alert()).findByText('Invalid credentials');
    await user.click(button());
    await waitFor(() => expect(first).not.toBeInTheDocument());
    expect(within(alert()).getByText('Invalid credentials')).toBeVisible();
    backend.play(LOGIN, () => SIGNED_IN);
    await user.click(button());
    await waitFor(() => expect(succeeded).toEqual(['yes']));
  });

  it('puts what the server says about a field at the field', async () => {
    const errors = [{ pointer: '/email', message: 'This is not an address.' }];
    backend.play(LOGIN, () => refusal(422, 'validation_failed', { errors }));
    const { user } = show();
    await fill(user);
    await user.click(button());
    await waitFor(() => expect(email()).toHaveAccessibleDescription('This is not an address.'));
    await waitFor(() => expect(email()).toHaveFocus());
    expect(alert()).toBeEmptyDOMElement();
  });

  it('keeps everything when the server is away', async () => {
    await backend.stop();
    try {
      const { user } = show();
      await fill(user);
      await user.click(button());
      expect(await within(alert()).findByText('We cannot be reached from here')).toBeVisible();
      expect(email()).toHaveValue('amelia@example.org');
      expect(password()).toHaveValue('correct horse battery');
      expect(button()).not.toHaveAttribute('aria-disabled');
    } finally {
      await backend.start();
    }
  });

  it.each([
    [429, 'too_many_attempts'],
    [503, 'busy'],
  ])('counts down after a %i and sends nothing before its end', async (status, code) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    try {
      backend.play(LOGIN, () => refusal(status, code, { retry_after: 62 }));
      const { user } = show();
      await fill(user);
      await user.click(button());
      const said = await within(alert()).findByText('You can try again in 1 minute 2 seconds.', { selector: '.sr-only' });
      expect(button()).toHaveAttribute('aria-disabled', 'true');
      vi.advanceTimersByTime(3_000);
      const seen = await within(alert()).findByText('You can try again in 59 seconds.');
      expect(seen).toHaveAttribute('aria-hidden', 'true');
      expect(said).toHaveTextContent('1 minute 2 seconds');
      await user.type(password(), '{Enter}');
      expect(backend.count(LOGIN)).toBe(1);

      vi.advanceTimersByTime(59_000);
      expect(await within(alert()).findByText('You can try again now.')).toBeVisible();
      backend.play(LOGIN, () => SIGNED_IN);
      await user.type(password(), '{Enter}');
      await waitFor(() => expect(backend.count(LOGIN)).toBe(2));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the password', () => {
  it('can be shown and hidden without sending the form', async () => {
    const { user } = show();
    await user.type(password(), 'visible');
    const toggle = screen.getByRole('button', { name: 'Show password' });
    expect(toggle).toHaveAttribute('type', 'button');
    expect(toggle).toHaveAttribute('aria-pressed', 'false');
    await user.click(toggle);
    expect(password()).toHaveAttribute('type', 'text');
    expect(toggle).toHaveAttribute('aria-pressed', 'true');
    expect(password()).toHaveValue('visible');
    expect(backend.seen).toEqual([]);
  });

  it('can be pasted', async () => {
    const { user } = show();
    await user.click(password());
    await user.paste('from a manager');
    expect(password()).toHaveValue('from a manager');
  });

  it('says when Caps Lock is on', async () => {
    const { user } = show();
    await user.click(password());
    await user.keyboard('{CapsLock}a');
    expect(await screen.findByText('Caps Lock is on')).toBeVisible();
    await user.keyboard('{CapsLock}a');
    await waitFor(() => expect(screen.queryByText('Caps Lock is on')).not.toBeInTheDocument());
  });
});
