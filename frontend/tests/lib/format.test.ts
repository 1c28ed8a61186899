import { describe, expect, it } from 'vitest';

import { day, money, sentence } from '@/lib/format';

describe('money', () => {
  it('is written as the reader writes it', () => {
    const price = { price_minor: 1200, currency: 'USD' };
    expect(money('en-US', price)).toBe('$12.00');
    expect(money('de-DE', price)).toBe('12,00\u00a0$');
  });

  it('leaves out empty cents in headlines only', () => {
    expect(money('en-US', { price_minor: 1200, currency: 'USD' }, { short: true })).toBe('$12');
    expect(money('en-US', { price_minor: 1250, currency: 'USD' }, { short: true })).toBe('$12.50');
  });

  it('knows currencies with other fractions', () => {
    expect(money('en-US', { price_minor: 1200, currency: 'JPY' })).toBe('¥1,200');
    expect(money('en-US', { price_minor: 12345, currency: 'BHD' })).toBe('BHD\u00a012.345');
  });
});

describe('day', () => {
  it('is written out in the order of the locale', () => {
    expect(day('en-US', '2026-12-05T12:00:00Z')).toBe('December 5, 2026');
    expect(day('en-GB', '2026-12-05T12:00:00Z')).toBe('5 December 2026');
  });
});

describe('sentence', () => {
  it('ends with one full stop', () => {
    expect(sentence('Too late')).toBe('Too late.');
    expect(sentence('Too late.')).toBe('Too late.');
    expect(sentence('Really?')).toBe('Really?');
  });
});
