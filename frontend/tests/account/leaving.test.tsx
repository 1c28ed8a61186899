import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { KeepAccountBanner } from '@/features/account/components/KeepAccountBanner';
import { SettingsPanel } from '@/features/account/components/SettingsPanel';
import { useSessionStore } from '@/store/sessionStore';
import type { User } from '@/types/api';

import { freshSession, stage } from '../auth/stage';
import { ok, refusal } from '../backend';
import { inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();
const DUE = '2026-01-09T12:00:00Z';
const ME: User = {
  id: '1',
  email: 'amelia@example.org',
  subscription_status: 'unsubscribed',
  created_at: '2026-01-02T03:04:05Z',
  email_verified: true,
  session_id: '2',
  deletion_due_at: null,
};
const REMOVE = 'DELETE /users/me';
const KEEP = 'POST /users/me/keep';
const COPY = 'GET /users/me/export';
const STEP_UP = 'POST /auth/step-up';
const TOKEN = ok({ access_token: 'fresh', token_type: 'bearer', expires_in: 600 });

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok(ME));
});

const press = (name: string) => screen.getByRole('button', { name });

async function settings() {
  stage(<SettingsPanel />);
  await screen.findByText(ME.email);
  return userEvent.setup();
}

describe('deleting the account', () => {
  it('asks first, asks who is there, and logs out', async () => {
    backend.play(REMOVE, inTurn(refusal(403, 'step_up_required'), { status: 202, body: { deletion_due_at: DUE } }));
    backend.play(STEP_UP, () => TOKEN);
    const user = await settings();
    await user.click(press('Delete my account'));
    const asked = screen.getByRole('dialog', { name: 'Delete your account?' });
    expect(backend.count(REMOVE)).toBe(0);
    await user.click(within(asked).getByRole('button', { name: 'Yes, delete it' }));
    const dialog = await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    await user.type(within(dialog).getByLabelText('Your password'), 'the right one{Enter}');
    await waitFor(() => expect(useSessionStore.getState()).toMatchObject({ status: 'anonymous', ended: 'deleted' }));
    expect(backend.count(REMOVE)).toBe(2);
  });

  it('is called off without a request', async () => {
    const user = await settings();
    await user.click(press('Delete my account'));
    await user.click(press('Keep my account'));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(backend.count(REMOVE)).toBe(0);
  });

  it('tells a refusal and logs nobody out', async () => {
    backend.play(REMOVE, () => refusal(503, 'database_unavailable', { title: 'The service is away for a moment.' }));
    const user = await settings();
    await user.click(press('Delete my account'));
    await user.click(press('Yes, delete it'));
    expect(await screen.findByText('The service is away for a moment.')).toBeVisible();
    expect(useSessionStore.getState().ended).toBeNull();
  });
});

describe('keeping it', () => {
  beforeEach(() => {
    backend.play('GET /users/me', () => ok({ ...ME, deletion_due_at: DUE }));
    backend.play(KEEP, () => ({ status: 204 }));
  });

  it('is offered on the dashboard, with the day', async () => {
    stage(<KeepAccountBanner user={{ ...ME, deletion_due_at: DUE }} onKept={() => undefined} />);
    expect(screen.getByText(/will be deleted on January 9, 2026/)).toBeVisible();
    await userEvent.setup().click(press('Keep my account'));
    expect(await screen.findByText('Your account stays.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Keep my account' })).not.toBeInTheDocument();
    expect(screen.getByRole('region', { name: 'Your account' })).toHaveFocus();
    expect(backend.count(KEEP)).toBe(1);
  });

  it('is offered in the settings instead of deleting', async () => {
    const user = await settings();
    expect(screen.queryByRole('button', { name: 'Delete my account' })).not.toBeInTheDocument();
    await user.click(press('Keep my account'));
    expect(await screen.findByRole('button', { name: 'Delete my account' })).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });

  it.each([ME, null])('is not offered to anybody else, nor before it is known who that is', (user) => {
    stage(<KeepAccountBanner user={user} onKept={() => undefined} />);
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });
});

describe('a copy of everything', () => {
  const COPIED = {
    format: 1,
    exported_at: DUE,
    profile: { email: ME.email, has_password: true, deletion_due_at: null },
    sessions: [{ user_agent: '<b>Phone</b>', last_seen_at: DUE }],
    mails: [{ kind: 'activity_summary' }, { kind: 'authenticator_removal' }],
    later_things: [],
  };

  it('is read in words and saved without asking again', async () => {
    backend.play(COPY, inTurn(refusal(403, 'step_up_required'), ok(COPIED)));
    backend.play(STEP_UP, () => TOKEN);
    const user = await settings();
    await user.click(press('Show my data'));
    const dialog = await screen.findByRole('dialog', { name: 'Please confirm that it is you' });
    await user.type(within(dialog).getByLabelText('Your password'), 'the right one{Enter}');
    expect(await screen.findByText('Your account (1)')).toBeVisible();
    const region = screen.getByText('Here is your data.').closest('[role=status]');
    expect(region?.parentElement).toHaveFocus();
    await user.click(screen.getByText('Where you were logged in (1)'));
    expect(screen.getByText('<b>Phone</b>')).toBeVisible();
    expect(screen.getByText('Later things (0)')).toBeVisible();
    await user.click(screen.getByText('Mails that we sent you (2)'));
    expect(screen.getByText('Activity summary')).toBeVisible();
    expect(screen.getByText('Authenticator removal')).toBeVisible();

    const made: Blob[] = [];
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${made.push(blob)}`, revokeObjectURL: vi.fn() }));
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await user.click(press('Save it as a file'));
    expect(clicked).toHaveBeenCalledOnce();
    expect(made[0]?.size).toBe(JSON.stringify(COPIED, null, 2).length);
    expect(backend.count(COPY)).toBe(2);
    vi.unstubAllGlobals();
    clicked.mockRestore();
  });

  it('waits when there were too many', async () => {
    backend.play(COPY, () => refusal(429, 'too_many_mails', { title: 'We have sent several mails already.' }));
    const user = await settings();
    await user.click(press('Show my data'));
    expect(await screen.findByText('We have sent several mails already.')).toBeVisible();
  });
});
