import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { Dashboard } from '@/app/dashboard/Dashboard';

import { freshSession, stage } from '../auth/stage';
import { gate, ok } from '../backend';
import { DOWN, inTurn, signedInForTests } from '../signedIn';
import { UNSUBSCRIBED, USER } from '../subscriptions/api';

const backend = signedInForTests();
const ME = 'GET /users/me';
const CURRENT = 'GET /subscriptions/current';
const LEAVING = ok({ ...USER, email_verified: false, deletion_due_at: '2026-01-09T12:00:00Z' });
const BANNERS = ['Your account', 'Your e-mail address'];

beforeEach(() => {
  freshSession();
  backend.play(ME, () => LEAVING);
  backend.play(CURRENT, () => ok(UNSUBSCRIBED));
});

const banners = () => screen.queryAllByRole('region').map((region) => region.getAttribute('aria-label'));
const press = (name: string) => userEvent.setup().click(screen.getByRole('button', { name }));

describe('the dashboard', () => {
  it('asks once who is logged in, for the banners and the subscription', async () => {
    stage(<Dashboard />);
    expect(await screen.findByText('Not subscribed')).toBeVisible();
    expect(banners()).toEqual(BANNERS);
    expect(screen.getAllByText(USER.email)).toHaveLength(2);
    expect(backend.count(ME)).toBe(1);
  });

  it('keeps the focus on the page when a banner goes, before the subscription is there and after', async () => {
    const { passed, open } = gate();
    backend.play(CURRENT, () => passed.then(() => ok(UNSUBSCRIBED)));
    stage(<Dashboard />);
    await screen.findByLabelText('Code from the mail');
    await press('Not now');
    expect(banners()).toEqual(['Your account']);
    expect(screen.getByRole('heading', { level: 1 })).toHaveFocus();
    open();
    expect(await screen.findByText('Not subscribed')).toBeVisible();
    expect(screen.getByRole('heading', { level: 1 })).toHaveFocus();
  });

  it('says when that cannot be found out, and asks again', async () => {
    backend.play(ME, inTurn(DOWN, LEAVING));
    stage(<Dashboard />);
    expect(await screen.findByText('We could not fetch your subscription')).toBeVisible();
    expect(banners()).toEqual([]);
    await press('Try again');
    expect(await screen.findByText('Not subscribed')).toBeVisible();
    expect(banners()).toEqual(BANNERS);
    expect(backend.count(ME)).toBe(2);
  });

  it('keeps the banners when only the subscription cannot be fetched, at first or again', async () => {
    backend.play(CURRENT, inTurn(DOWN, ok(UNSUBSCRIBED), DOWN));
    stage(<Dashboard />);
    expect(await screen.findByText('We could not fetch your subscription')).toBeVisible();
    expect((await screen.findAllByRole('region')).length).toBe(2);
    await press('Try again');
    expect(await screen.findByText('Not subscribed')).toBeVisible();
    await press('Check again');
    expect(await screen.findByText('We could not fetch your subscription')).toBeVisible();
    expect(banners()).toEqual(BANNERS);
    expect(backend.count(ME)).toBe(1);
  });
});
