import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { KNOWN_KINDS, wordsOf } from '@/features/activity/hooks/wording';

/** Events of the server itself, which belong to nobody's account. */
const NOBODYS = /^signing_key_/;

describe('wordsOf', () => {
  it('has words for every kind that the server writes about an account', () => {
    const source = readFileSync(new URL('../backend/src/doorstep/audit/models.py', `file://${process.cwd()}/`), 'utf8');
    const [, body = ''] = /class EventKind\(StrEnum\):([^]*?)\n\n\n/.exec(source) ?? [];
    const kinds = [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map(([, kind]) => String(kind));
    expect(kinds).toContain('login');
    expect(kinds.filter((kind) => !NOBODYS.test(kind) && !KNOWN_KINDS.includes(kind))).toEqual([]);
  });

  it.each(['success', 'refused', 'alarm'] as const)('says something neutral of a kind that it does not know (%s)', (outcome) => {
    for (const kind of ['moved_house', 'toString', '__proto__', '']) {
      expect(wordsOf({ kind, outcome }).text).toMatch(/^Something .* your account$/);
    }
  });

  it('says something neutral of a known kind that ended in a new way', () => {
    expect(wordsOf({ kind: 'signed_up', outcome: 'alarm' }).text).toBe('Something unusual happened to your account');
  });
});
