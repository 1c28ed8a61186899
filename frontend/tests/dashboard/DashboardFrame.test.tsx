import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { render, screen } from '@testing-library/react';
import { PathnameContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime';
import { beforeEach, describe, expect, it } from 'vitest';

import { DashboardFrame } from '@/app/dashboard/DashboardFrame';
import { Providers } from '@/app/providers';
import { AccountCard } from '@/features/subscriptions/components/AccountCard';

import { backendForTests, ok } from '../backend';
import { freshSession, stage } from '../auth/stage';

const backend = backendForTests();
const PAGES = join(import.meta.dirname, '../../src/app/dashboard');

beforeEach(freshSession);

describe('the signed-in pages', () => {
  it('always have the way out', async () => {
    backend.play('POST /auth/refresh', () => ok({ access_token: 'token', token_type: 'bearer', expires_in: 600 }));
    stage(
      <PathnameContext value="/dashboard/">
        <Providers>
          <DashboardFrame fallback={<p>Loading</p>}>
            <p>Private</p>
          </DashboardFrame>
        </Providers>
      </PathnameContext>,
    );
    expect(await screen.findByText('Private')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Log out' })).toBeVisible();
  });

  it('all stand in that frame', () => {
    const pages = readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('page.tsx'));
    expect(pages.length).toBeGreaterThanOrEqual(1);
    for (const page of pages) expect(readFileSync(join(PAGES, page), 'utf8')).toContain('DashboardFrame');
  });

  it('show what people wrote as the text it is', () => {
    const email = '<img src=x onerror=alert(1)>&amp;<b>"\'{{7*7}}</b>@example.org';
    const { container } = render(
      <AccountCard
        user={{
          id: '0190a000-0000-7000-8000-000000000000',
          session_id: '0190a000-0000-7000-8000-000000000001',
          email,
          email_verified: false,
          subscription_status: 'unsubscribed',
          created_at: '2026-03-14T09:26:53Z',
          deletion_due_at: null,
        }}
      />,
    );
    expect(screen.getByText(email)).toBeVisible();
    expect(container.querySelector('img, b')).toBeNull();
  });
});
