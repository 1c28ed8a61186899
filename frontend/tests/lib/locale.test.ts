import { describe, expect, it } from 'vitest';

import { day, money } from '@/lib/format';
import { localeOf } from '@/lib/locale';

describe('the locale of a browser', () => {
  it.each([
    ['de-CH', 'de-CH'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['en-US@posix', 'en-US'],
    ['de_DE.UTF-8', 'de-DE'],
    ['ca_ES.UTF-8@valencia', 'ca-ES'],
    ['C', 'en-US'],
    ['C.UTF-8', 'en-US'],
    ['', 'en-US'],
    ['*', 'en-US'],
    ['en_', 'en-US'],
    [undefined, 'en-US'],
  ])('%j is taken as %s, which Intl knows', (told, expected) => {
    const locale = localeOf(told);
    expect(locale).toBe(expected);
    expect(money(locale, { price_minor: 1200, currency: 'USD' })).toContain('12');
    expect(day(locale, '2026-03-14T12:00:00Z')).toContain('2026');
  });
});
