import { describe, expect, it } from 'vitest';

import { ago, dayName, dayOf, exactly, timeOfDay } from '@/lib/moments';

const NOW = Date.parse('2026-03-14T12:00:00Z');
const HOUR = 3_600_000;

describe('ago', () => {
  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [60_000, '1 minute ago'],
    [59 * 60_000, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [47 * HOUR, '1 day ago'],
    [6 * 24 * HOUR, '6 days ago'],
    [14 * 24 * HOUR, '2 weeks ago'],
    [65 * 24 * HOUR, '2 months ago'],
    [800 * 24 * HOUR, '2 years ago'],
    [-5 * 60_000, 'just now'],
  ])('%i ms are "%s"', (ms, words) => {
    expect(ago(new Date(NOW - ms).toISOString(), NOW)).toBe(words);
  });
});

describe('days', () => {
  // Written without a zone: the reader's own.
  it('are the reader\'s', () => {
    expect(dayOf('2026-03-14T00:00:00')).toBe('2026-03-14');
    expect(dayOf('2026-03-13T23:59:59')).toBe('2026-03-13');
  });

  it('are called by name when they are near, also over the end of a month', () => {
    const now = new Date('2026-03-01T00:30:00').getTime();
    expect(dayName('en-US', '2026-03-01T00:00:00', now)).toBe('Today');
    expect(dayName('en-US', '2026-02-28T23:59:59', now)).toBe('Yesterday');
    expect(dayName('en-GB', '2026-02-27T12:00:00', now)).toBe('27 February 2026');
  });
});

describe('moments', () => {
  it('are written the reader\'s way', () => {
    expect(exactly('en-US', '2026-03-14T09:26:53')).toMatch(/^March 14, 2026 at 9:26\sAM$/);
    expect(timeOfDay('en-GB', '2026-03-14T09:26:53')).toBe('09:26');
  });
});
