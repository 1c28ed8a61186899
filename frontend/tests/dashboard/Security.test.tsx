import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { Security } from '@/app/dashboard/security/Security';

import { freshSession, stage } from '../auth/stage';
import { ok } from '../backend';
import { inTurn, signedInForTests } from '../signedIn';
import { USER } from '../subscriptions/api';

const backend = signedInForTests();
const FACTORS = 'GET /users/me/factors';
const KEEP = 'DELETE /users/me/factors/totp/removal';
const factors = (removal_due_at: string | null) =>
  ok({ totp_since: '2026-01-02T03:04:05Z', removal_due_at, recovery_codes_left: 10, trusted_browsers: 0 });

beforeEach(() => {
  freshSession();
  backend.play('GET /users/me', () => ok(USER));
  backend.play('GET /sessions', () => ok({ sessions: [] }));
  backend.play('GET /passkeys', () => ok({ passkeys: [], most: 20, has_password: true, may_drop_password: false }));
  backend.play(KEEP, () => ({ status: 204 }));
});

describe('the security page', () => {
  it('asks once what log-in asks for, and tells of an app that is to be removed before all else', async () => {
    backend.play(FACTORS, () => factors('2026-01-09T12:00:00Z'));
    stage(<Security />);
    const banner = await screen.findByRole('region', { name: 'Your authenticator app' });
    const heading = screen.getByRole('heading', { level: 1 });
    expect(banner.compareDocumentPosition(heading)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(await screen.findByText('10 recovery codes are left.')).toBeVisible();
    expect(backend.count(FACTORS)).toBe(1);
  });

  it('knows everywhere that it was kept', async () => {
    backend.play(FACTORS, inTurn(factors('2026-01-09T12:00:00Z'), factors(null)));
    stage(<Security />);
    await userEvent.setup().click(await screen.findByRole('button', { name: 'Keep it' }));
    expect(await screen.findByText('Your authenticator app stays.')).toBeVisible();
    await waitFor(() => expect(backend.count(FACTORS)).toBe(2));
    expect(screen.queryByText(/is to be removed/)).not.toBeInTheDocument();
  });
});
