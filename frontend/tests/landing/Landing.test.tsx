import { render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';

import { Landing } from '@/features/landing/components/Landing';
import { brand } from '@/lib/brand';
import { useSessionStore } from '@/store/sessionStore';

import { ok, PLAN, refused, serve } from '../subscriptions/api';

beforeEach(() => useSessionStore.setState({ status: 'anonymous' }));

describe('Landing', () => {
  it('has one headline, the ways in, and the exported price', async () => {
    const { asked } = serve({ 'get /plans': [ok({ plans: brand.plans })] });
    render(<Landing />);
    expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1);
    expect(screen.getByRole('link', { name: 'Log in' })).toHaveAttribute('href', expect.stringMatching(/^\/login\/?$/));
    expect(screen.getByRole('link', { name: 'Sign up' })).toHaveAttribute('href', expect.stringMatching(/^\/signup\/?$/));
    expect(screen.getByText('$12 a month')).toBeVisible();
    await expect.poll(() => asked).toEqual(['get /plans']);
  });

  it('leads whoever is logged in to their subscription', () => {
    serve({ 'get /plans': [ok({ plans: brand.plans })] });
    useSessionStore.setState({ status: 'authenticated' });
    render(<Landing />);
    expect(screen.getAllByRole('link', { name: 'My subscription' }).map((link) => link.getAttribute('href'))).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/^\/dashboard\/?$/)),
    );
    for (const gone of ['Log in', 'Sign up', 'Create your account', 'Open an account']) {
      expect(screen.queryByRole('link', { name: gone })).not.toBeInTheDocument();
    }
  });

  it('takes the plans that the server offers instead', async () => {
    const plans = [
      { ...PLAN, price_minor: 1550, currency: 'EUR' },
      { ...PLAN, code: 'yearly', name: 'A year of prints', price_minor: 15000, interval: 'year' },
    ];
    serve({ 'get /plans': [ok({ plans })] });
    render(<Landing />);
    expect(await screen.findByText('From €15.50 a month')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'A year of prints' })).toBeVisible();
  });

  it('keeps the exported price when the server does not answer', async () => {
    const { asked } = serve({ 'get /plans': [refused(503, 'busy', 'Busy')] });
    render(<Landing />);
    await expect.poll(() => asked).toEqual(['get /plans']);
    expect(screen.getByText('$12 a month')).toBeVisible();
  });
});
