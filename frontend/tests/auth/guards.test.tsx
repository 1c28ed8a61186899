import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { Providers } from '@/app/providers';
import { LogIn } from '@/app/login/LogIn';
import { OtherDoor } from '@/features/auth/components/OtherDoor';
import { RequireSession } from '@/features/auth/components/RequireSession';
import { apiClient } from '@/services/apiClient';
import { useSessionStore } from '@/store/sessionStore';

import { gate, ok, refusal, backendForTests } from '../backend';
import { freshSession, stage } from './stage';

const backend = backendForTests();
const REFRESH = 'POST /auth/refresh';
const TOKEN = ok({ access_token: 'token', token_type: 'bearer', expires_in: 600 });

beforeEach(freshSession);

const guarded = (
  <Providers>
    <RequireSession fallback={<p>Loading</p>}>
      <p>Private</p>
    </RequireSession>
  </Providers>
);

describe('RequireSession', () => {
  it('waits for the silent refresh and then shows the page', async () => {
    const { passed, open } = gate();
    backend.play(REFRESH, () => passed.then(() => TOKEN));
    const { sent } = stage(guarded);
    expect(screen.getByText('Loading')).toBeVisible();
    expect(screen.queryByText('Private')).not.toBeInTheDocument();
    open();
    expect(await screen.findByText('Private')).toBeVisible();
    expect(sent).toEqual([]);
  });

  it('leads to the log-in page, and says where to come back to', async () => {
    backend.play(REFRESH, () => ({ status: 204 }));
    window.history.replaceState(null, '', '/dashboard/?tab=bills');
    const { sent } = stage(guarded);
    await waitFor(() => expect(sent).toEqual(['/login?next=%2Fdashboard%2F%3Ftab%3Dbills']));
    expect(screen.queryByText('Private')).not.toBeInTheDocument();
  });

  it('leads to the plain log-in page after a log-out, and shows nothing any more', async () => {
    backend.play(REFRESH, () => TOKEN);
    backend.play('POST /auth/logout', () => ({ status: 204 }));
    const { sent } = stage(guarded);
    await screen.findByText('Private');
    await act(() => useSessionStore.getState().logout());
    expect(screen.queryByText('Private')).not.toBeInTheDocument();
    expect(sent).toEqual(['/login']);
  });

  it('logs nobody out when the server cannot say, and goes on by itself when the network is back', async () => {
    backend.play(REFRESH, () => refusal(503, 'database_unavailable', { title: 'We are away for a moment', retry_after: 600 }));
    const { sent } = stage(guarded);
    expect(await screen.findByText('We are away for a moment')).toBeVisible();
    expect(sent).toEqual([]);
    backend.play(REFRESH, () => TOKEN);
    act(() => void window.dispatchEvent(new Event('online')));
    expect(await screen.findByText('Private')).toBeVisible();
  });

  it('lets people try now', async () => {
    backend.play(REFRESH, () => refusal(503, 'busy', { retry_after: 600 }));
    stage(guarded);
    const again = await screen.findByRole('button', { name: 'Try now' });
    backend.play(REFRESH, () => TOKEN);
    await userEvent.click(again);
    expect(await screen.findByText('Private')).toBeVisible();
  });
});

describe('Providers', () => {
  it('bind the client to the session', async () => {
    backend.play(REFRESH, () => TOKEN);
    backend.play('GET /users/me', ({ bearer }) => ok({ bearer }));
    stage(guarded);
    await screen.findByText('Private');
    expect((await apiClient.get<unknown>('/users/me')).data).toEqual({ bearer: 'token' });
  });
});

describe('the log-in page', () => {
  it.each([
    ['/login/', '/dashboard'],
    ['/login/?next=%2Fdashboard%2F%3Ftab%3Dbills', '/dashboard/?tab=bills'],
    ['/login/?next=https%3A%2F%2Felsewhere.example', '/dashboard'],
    ['/login/?next=%2F%2Felsewhere.example', '/dashboard'],
    ['/login/?next=javascript%3Aalert(1)', '/dashboard'],
  ])('leads from %s to %s', async (at, to) => {
    window.history.replaceState(null, '', at);
    backend.play(REFRESH, () => ({ status: 204 }));
    backend.play('POST /auth/login', () => TOKEN);
    const { sent } = stage(
      <Providers>
        <LogIn />
      </Providers>,
    );
    await waitFor(() => expect(useSessionStore.getState().status).toBe('anonymous'));
    await userEvent.type(screen.getByLabelText('E-mail'), 'amelia@example.org');
    await userEvent.type(screen.getByLabelText('Password'), 'correct horse{Enter}');
    await waitFor(() => expect(sent).not.toEqual([]));
    expect(new Set(sent)).toEqual(new Set([to]));
  });

  it('shows its form at once, and sends whoever is logged in already on', async () => {
    const { passed, open } = gate();
    backend.play(REFRESH, () => passed.then(() => TOKEN));
    const { sent } = stage(
      <Providers>
        <LogIn />
      </Providers>,
    );
    expect(screen.getByRole('form', { name: 'Log in' })).toBeVisible();
    open();
    await waitFor(() => expect(sent).toEqual(['/dashboard']));
  });

  it.each([
    ['logged_out', 'You are logged out.'],
    ['expired', 'Your session has ended. Please log in again.'],
    ['password_reset', 'Your password is changed. Please log in with the new one.'],
    ['deleted', 'Your account will be deleted in 7 days. To keep it, log in.'],
  ] as const)('says why one is here, at once to the eye and as a change to the ear: %s', async (ended, words) => {
    useSessionStore.setState({ status: 'anonymous', ended });
    stage(<LogIn />);
    const [region] = screen.getAllByRole('status');
    expect(screen.getByText(words)).toBeVisible();
    expect(region).toBeEmptyDOMElement();
    await waitFor(() => expect(region).toHaveTextContent(words));
    expect(screen.getAllByText(words)).toHaveLength(1);
    act(() => useSessionStore.setState({ ended: null }));
    expect(region).toBeEmptyDOMElement();
  });

  it('says what the server said of it, when one comes from a page whose session was ended', async () => {
    const said = 'You logged in in many browsers, so the one used least was logged out here.';
    backend.play(REFRESH, () => refusal(401, 'session_ended', { detail: said }));
    const { sent, unmount } = stage(guarded);
    await waitFor(() => expect(sent).toEqual(['/login?next=%2F']));
    unmount();
    stage(<LogIn />);
    const [region] = screen.getAllByRole('status');
    expect(screen.getByText(said)).toBeVisible();
    await waitFor(() => expect(region).toHaveTextContent(said));
  });

  it('hands the way back on to the other form', () => {
    window.history.replaceState(null, '', '/login/?next=%2Fdashboard&other=1');
    stage(<OtherDoor to="/signup">Create an account</OtherDoor>);
    expect(screen.getByRole('link')).toHaveAttribute('href', '/signup?next=%2Fdashboard');
  });
});
