import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { DevicesPanel } from '@/features/security/components/DevicesPanel';
import { PasskeysPanel } from '@/features/security/components/PasskeysPanel';
import { useSessionStore } from '@/store/sessionStore';
import type { Session } from '@/types/api';

import { freshSession } from '../auth/stage';
import { gate, ok, refusal } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();

const HOUR = 3_600_000;
const before = (ms: number) => new Date(Date.now() - ms).toISOString();

const HERE: Session = {
  id: '0199-1',
  device: 'Firefox on Linux',
  address: '203.0.113.7',
  first_seen_at: before(50 * HOUR),
  last_seen_at: before(9 * 60_000),
  remembered: false,
  current: true,
};
const PHONE: Session = {
  ...HERE,
  id: '0199-2',
  device: 'Safari on iPhone',
  address: '2001:db8::7',
  last_seen_at: before(3.5 * HOUR),
  current: false,
};
const TABLET: Session = { ...PHONE, id: '0199-3', device: 'Safari on iPad', address: null };

const STEP_UP_REQUIRED = refusal(403, 'step_up_required');

const LIST = 'GET /sessions';
const listed = (...sessions: Session[]) => ok({ sessions });
const GONE = { status: 204 };

/** The message of the page, apart from the region inside the dialog. */
const told = (text: string) =>
  screen.findByText((_, element) => element?.getAttribute('role') === 'status' && element.textContent === text);
const row = (device: string) => screen.getByRole('heading', { name: device }).closest('li') as HTMLElement;

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok({ id: '1', email: 'amelia@example.org' }));
});

describe('DevicesPanel', () => {
  it('shows a skeleton while it asks', async () => {
    backend.play(LIST, () => listed(HERE));
    render(<DevicesPanel />);
    expect(screen.getByText('Loading where you are logged in')).toHaveRole('status');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Security');
    expect(await screen.findByText('Firefox on Linux')).toBeVisible();
    expect(screen.queryByText('Loading where you are logged in')).not.toBeInTheDocument();
  });

  it('lets what stands below ask at once, and shows it with the list', async () => {
    const { passed, open } = gate();
    backend.play(LIST, () => passed.then(() => listed(HERE)));
    backend.play('GET /passkeys', () => ok({ passkeys: [], most: 20, has_password: true, may_drop_password: false }));
    render(
      <DevicesPanel>
        {() => <PasskeysPanel password={() => null} />}
      </DevicesPanel>,
    );
    const below = await screen.findByRole('heading', { name: 'Password', hidden: true });
    expect(below).not.toBeVisible();
    expect(screen.getByText('Loading where you are logged in')).toBeVisible();
    open();
    expect(await screen.findByText('Firefox on Linux')).toBeVisible();
    expect(below).toBeVisible();
    expect(backend.count('GET /passkeys')).toBe(1);
  });

  it('lists each browser with where and when, this one first and marked in words', async () => {
    backend.play(LIST, () => listed(PHONE, HERE, TABLET));
    render(<DevicesPanel />);
    await screen.findByText('This browser');
    const names = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(names).toEqual(['Firefox on Linux', 'Safari on iPhone', 'Safari on iPad']);
    expect(within(row('Firefox on Linux')).getByText('This browser')).toBeVisible();
    expect(within(row('Firefox on Linux')).getByText('Right now')).toBeVisible();

    const phone = within(row('Safari on iPhone'));
    expect(phone.queryByText('This browser')).not.toBeInTheDocument();
    expect(phone.getByText('2001:db8::7')).toBeVisible();
    const seen = phone.getByText('3 hours ago');
    expect(seen).toHaveAttribute('datetime', PHONE.last_seen_at);
    expect(seen.title).toMatch(/\d{4} at \d+:\d\d/);
    expect(phone.getByText('2 days ago')).toBeVisible();
    expect(within(row('Safari on iPad')).getByText('Not known')).toBeVisible();
  });

  it('says when there is no other browser', async () => {
    backend.play(LIST, () => listed(HERE));
    render(<DevicesPanel />);
    expect(await screen.findByText('Only this browser is logged in.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Log out everywhere else' })).not.toBeInTheDocument();
  });

  it('logs one browser out in its place, announces it, and keeps the focus on the page', async () => {
    const { passed, open } = gate();
    backend.play(LIST, inTurn(listed(HERE, PHONE, TABLET), listed(HERE, TABLET)));
    backend.play('DELETE /sessions/0199-2', () => passed.then(() => GONE));
    render(<DevicesPanel />);
    const button = await screen.findByRole('button', { name: 'Log out Safari on iPhone' });
    await userEvent.click(button);
    expect(button).toHaveAttribute('aria-disabled', 'true');
    await waitFor(() => expect(button).toHaveFocus());
    expect(screen.getByRole('button', { name: 'Log out Safari on iPad' })).not.toHaveAttribute('aria-disabled');
    await userEvent.click(button);
    open();
    expect(await told('Safari on iPhone is logged out.')).toBeVisible();
    expect(screen.queryByText('Safari on iPhone')).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
    expect(backend.count('DELETE /sessions/0199-2')).toBe(1);
    expect(backend.count(LIST)).toBe(2);
  });

  it('takes one that has gone meanwhile for logged out', async () => {
    backend.play(LIST, inTurn(listed(HERE, PHONE), listed(HERE)));
    backend.play('DELETE /sessions/0199-2', () => refusal(404, 'session_unknown'));
    render(<DevicesPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Log out Safari on iPhone' }));
    expect(await told('Safari on iPhone is logged out.')).toBeVisible();
    expect(screen.getByText('Only this browser is logged in.')).toBeVisible();
  });

  it('says why it could not be done, twice if it must, and leaves the button where it was', async () => {
    backend.play(LIST, () => listed(HERE, PHONE));
    backend.play('DELETE /sessions/0199-2', inTurn(DOWN, DOWN, GONE));
    render(<DevicesPanel />);
    const button = await screen.findByRole('button', { name: 'Log out Safari on iPhone' });
    for (const attempt of [1, 2]) {
      await userEvent.click(button);
      expect(await told('The service is away for a moment.')).toBeVisible();
      await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
      await waitFor(() => expect(button).toHaveFocus());
      expect(backend.count('DELETE /sessions/0199-2')).toBe(attempt);
    }
  });

  it('leaves this browser by the log-out', async () => {
    backend.play(LIST, () => listed(HERE, PHONE));
    backend.play('POST /auth/logout', () => GONE);
    useSessionStore.setState({ status: 'authenticated' });
    render(<DevicesPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Log out Firefox on Linux' }));
    await waitFor(() => expect(useSessionStore.getState().ended).toBe('logged_out'));
    expect(backend.count('DELETE /sessions/0199-1')).toBe(0);
  });

  it('asks before it logs out everywhere else, and tells how many it was', async () => {
    backend.play(LIST, inTurn(listed(HERE, PHONE, TABLET), listed(HERE)));
    backend.play('DELETE /sessions', () => ok({ revoked: 2 }));
    render(<DevicesPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Log out everywhere else' }));
    const dialog = screen.getByRole('dialog', { name: 'Log out everywhere else?' });
    expect(dialog).toHaveAccessibleDescription(expect.stringContaining('The 2 other browsers are logged out at once'));
    expect(backend.count('DELETE /sessions')).toBe(0);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Yes, log out' }));
    expect(await told('2 other browsers are logged out.')).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(screen.getByText('Only this browser is logged in.')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });

  it('leaves the others when asked to', async () => {
    backend.play(LIST, () => listed(HERE, PHONE));
    render(<DevicesPanel />);
    const opener = await screen.findByRole('button', { name: 'Log out everywhere else' });
    await userEvent.click(opener);
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(opener).toHaveFocus());
    expect(backend.count('DELETE /sessions')).toBe(0);
  });

  it('says in the dialog why it could not be done, and lets one try again', async () => {
    backend.play(LIST, inTurn(listed(HERE, PHONE), listed(HERE)));
    backend.play('DELETE /sessions', inTurn(DOWN, ok({ revoked: 1 })));
    render(<DevicesPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Log out everywhere else' }));
    const dialog = within(screen.getByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Yes, log out' }));
    expect(await dialog.findByText('The service is away for a moment.')).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Yes, log out' }));
    expect(await told('The other browser is logged out.')).toBeVisible();
  });

  it('goes on after a password where that is asked for, and leaves it when asked to', async () => {
    backend.play(LIST, inTurn(listed(HERE, PHONE, TABLET), listed(HERE, TABLET), listed(HERE)));
    backend.play('DELETE /sessions/0199-2', inTurn(STEP_UP_REQUIRED, STEP_UP_REQUIRED, GONE));
    backend.play('DELETE /sessions', inTurn(STEP_UP_REQUIRED, ok({ revoked: 1 })));
    backend.play('POST /auth/step-up', () => ok({ access_token: 'b', token_type: 'bearer', expires_in: 600 }));
    render(<DevicesPanel />);
    const button = await screen.findByRole('button', { name: 'Log out Safari on iPhone' });
    await userEvent.click(button);
    await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
    expect(screen.getAllByRole('status')[0]).toBeEmptyDOMElement();

    await userEvent.click(button);
    await userEvent.type(await screen.findByLabelText('Your password'), 'seven quiet herons at dawn{Enter}');
    expect(await told('Safari on iPhone is logged out.')).toBeVisible();

    await userEvent.click(screen.getByRole('button', { name: 'Log out everywhere else' }));
    await userEvent.click(screen.getByRole('button', { name: 'Yes, log out' }));
    await userEvent.type(await screen.findByLabelText('Your password'), 'seven quiet herons at dawn{Enter}');
    expect(await told('The other browser is logged out.')).toBeVisible();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(backend.count('DELETE /sessions')).toBe(2);
  });

  it('tells what was done when only the list cannot be read afterwards', async () => {
    backend.play(LIST, inTurn(listed(HERE, PHONE), DOWN, listed(HERE)));
    backend.play('DELETE /sessions/0199-2', () => GONE);
    render(<DevicesPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Log out Safari on iPhone' }));
    expect(await told('Safari on iPhone is logged out.')).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent(/The service is away for a moment\.$/);
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Only this browser is logged in.')).toBeVisible();
  });

  it('says when the list could not be read, and tries again', async () => {
    backend.play(LIST, inTurn(DOWN, listed(HERE)));
    render(<DevicesPanel />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The service is away for a moment. Nothing has changed.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Firefox on Linux')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });
});
