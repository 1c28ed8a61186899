import { describe, expect, it } from 'vitest';

import { pastedLink } from '@/features/recovery/hooks/pastedLink';

describe('the address from a mail, pasted', () => {
  it.each([
    ['https://example.org/reset/#abc-DEF_1', '/reset/#abc-DEF_1'],
    ['  https://example.org/verify/#change=abc ', '/verify/#change=abc'],
    ['https://example.org/verify/#not-\nme=abc', '/verify/#not-me=abc'],
    ['http://localhost:8000/reset#abc', '/reset/#abc'],
    ['https://guard.example/?url=https%3A%2F%2Fexample.org%2Fverify%2F%23undo%3Dabc&data=05', '/verify/#undo=abc'],
    ['Choose it here: https://example.org/reset/#abc The link is good once', '/reset/#abc'],
  ])('%j leads to %s', (text, to) => {
    expect(pastedLink(text)).toBe(to);
  });

  it.each(['', 'https://example.org/reset/', 'https://example.org/reset/#', 'https://example.org/login/#abc', 'javascript:1'])(
    '%j is no such address',
    (text) => {
      expect(pastedLink(text)).toBeNull();
    },
  );
});
