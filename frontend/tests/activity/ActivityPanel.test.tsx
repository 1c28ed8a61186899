import { render, screen, within, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { ActivityPanel } from '@/features/activity/components/ActivityPanel';
import type { ActivityEvent } from '@/types/api';

import { ok } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';

const backend = signedInForTests();

const EVENTS = 'GET /users/me/events';
const FIRST: ActivityEvent = {
  id: '0199-9',
  occurred_at: new Date().toISOString(),
  kind: 'login',
  outcome: 'success',
  device: 'Firefox on Linux',
  address: '203.0.113.7',
  current_session: true,
  reason: null,
};
const event = (id: string, changes: Partial<ActivityEvent>): ActivityEvent => ({
  ...FIRST,
  current_session: false,
  id,
  ...changes,
});
const page = (events: ActivityEvent[], next: string | null = null) => ok({ events, next });
const eventWith = (text: string) => screen.getByText(text).closest('li') as HTMLElement;

describe('ActivityPanel', () => {
  it('shows a skeleton while it asks', async () => {
    backend.play(EVENTS, () => page([FIRST]));
    render(<ActivityPanel />);
    expect(screen.getByRole('status')).toHaveTextContent('Loading your recent activity');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Recent activity');
    expect(await screen.findByText('Logged in')).toBeVisible();
    expect(screen.getByText('That is everything.')).toBeVisible();
  });

  it('tells what happened, how it ended, from where and when', async () => {
    const alarm = event('2', { kind: 'refresh_replayed', outcome: 'alarm', address: null });
    backend.play(EVENTS, () => page([FIRST, alarm]));
    render(<ActivityPanel />);
    const login = within((await screen.findByText('Logged in')).closest('li') as HTMLElement);
    expect(login.getByText(/Done/).parentElement).toHaveTextContent('Done · Firefox on Linux (this browser) · 203.0.113.7');
    const time = login.getByText(/^\d+:\d\d/);
    expect(time).toHaveAttribute('datetime', FIRST.occurred_at);
    expect(time).toHaveAttribute('title', expect.stringContaining(' at '));

    const copied = within(eventWith('A copied session was stopped'));
    expect(copied.getByText('Alarm').parentElement).toHaveTextContent(/^Alarm · Firefox on Linux$/);
    expect(copied.getByText(/We ended it for both/)).toBeVisible();
    expect(screen.queryByText('About refused log-ins')).not.toBeInTheDocument();
  });

  it('explains refused log-ins once', async () => {
    const refused = { kind: 'login', outcome: 'refused' } as const;
    backend.play(EVENTS, () => page([event('3', refused), event('2', refused)]));
    render(<ActivityPanel />);
    expect(await screen.findByText(/If this was not you/)).toBeVisible();
    expect(screen.getAllByText('A log-in was refused')).toHaveLength(2);
    expect(screen.getAllByText('Refused')).toHaveLength(2);
  });

  it('has one heading for each day', async () => {
    const yesterday = new Date();
    yesterday.setDate(yesterday.getDate() - 1);
    backend.play(EVENTS, () =>
      page([
        FIRST,
        event('3', { occurred_at: yesterday.toISOString(), kind: 'logged_out' }),
        event('2', { occurred_at: yesterday.toISOString() }),
        event('1', { occurred_at: '2026-03-14T12:00:00Z', kind: 'signed_up' }),
      ]),
    );
    render(<ActivityPanel />);
    await screen.findByText('Logged out');
    const days = screen.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent);
    expect(days).toEqual(['Today', 'Yesterday', 'March 14, 2026', 'How to read this']);
  });

  it('shows more, and goes on reading where the new ones begin', async () => {
    backend.play(EVENTS, () => page([FIRST], FIRST.id));
    backend.play(`${EVENTS}?before=${FIRST.id}`, () => page([event('1', { kind: 'signed_up' })]));
    render(<ActivityPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Show more' }));
    expect(await screen.findByText('Created your account')).toBeVisible();
    expect(screen.getByText('Logged in')).toBeVisible();
    await waitFor(() => expect(eventWith('Created your account')).toHaveFocus());
    expect(screen.queryByRole('button', { name: 'Show more' })).not.toBeInTheDocument();
  });

  it('says that there is no more when the next page is empty', async () => {
    backend.play(EVENTS, () => page([FIRST], FIRST.id));
    backend.play(`${EVENTS}?before=${FIRST.id}`, () => page([]));
    render(<ActivityPanel />);
    await userEvent.click(await screen.findByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await screen.findByText('That is everything.')).toHaveFocus());
  });

  it('keeps what is there when older events cannot be had, and says so', async () => {
    backend.play(EVENTS, () => page([FIRST], FIRST.id));
    backend.play(`${EVENTS}?before=${FIRST.id}`, inTurn(DOWN, page([event('1', { kind: 'signed_up' })])));
    render(<ActivityPanel />);
    const button = await screen.findByRole('button', { name: 'Show more' });
    await userEvent.click(button);
    expect(await screen.findByText(/The service is away for a moment/)).toBeVisible();
    expect(screen.getByText('Logged in')).toBeVisible();
    await waitFor(() => expect(button).toHaveFocus());
    await userEvent.click(button);
    expect(await screen.findByText('Created your account')).toBeVisible();
    expect(screen.queryByText(/The service is away/)).not.toBeInTheDocument();
  });

  it('says when nothing could be read, and tries again', async () => {
    backend.play(EVENTS, inTurn(DOWN, page([FIRST])));
    render(<ActivityPanel />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The service is away for a moment. Nothing of it is lost.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Logged in')).toBeVisible();
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
  });

  it('says when there is nothing', async () => {
    backend.play(EVENTS, () => page([]));
    render(<ActivityPanel />);
    expect(await screen.findByText('Nothing has happened yet.')).toBeVisible();
  });
});
