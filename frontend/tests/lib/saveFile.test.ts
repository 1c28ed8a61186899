import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { saveFile } from '@/lib/saveFile';

const made: Blob[] = [];
const revoked = vi.fn();
let given: { href: string; download: string }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  given = [];
  revoked.mockClear();
  // jsdom has neither.
  Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${made.push(blob)}`, revokeObjectURL: revoked });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    given.push({ href: this.href, download: this.download });
  });
});

afterEach(() => vi.useRealTimers());

it('gives a text to the browser under its name, and time to read it', () => {
  saveFile('codes.txt', 'text/plain', 'àé');
  expect(given).toEqual([{ href: 'blob:1', download: 'codes.txt' }]);
  expect(made.map(({ type, size }) => [type, size])).toEqual([['text/plain', 4]]);
  vi.advanceTimersByTime(30_000);
  expect(revoked).not.toHaveBeenCalled();
  vi.advanceTimersByTime(30_000);
  expect(revoked.mock.calls).toEqual([['blob:1']]);
});
