import { describe, expect, it } from 'vitest';

import { safeNext } from '@/lib/safeNext';

describe('safeNext lets through', () => {
  it.each([
    ['/dashboard', '/dashboard'],
    ['/dashboard/', '/dashboard/'],
    ['/', '/'],
    ['/dashboard?tab=bills&page=2#top', '/dashboard?tab=bills&page=2#top'],
    ['/prints/low%2Dtide', '/prints/low%2Dtide'],
    ['/a/../dashboard', '/dashboard'],
    ['/logins', '/logins'],
    ['/dashboard?next=https://elsewhere.example', '/dashboard?next=https://elsewhere.example'],
    ['/@elsewhere.example', '/@elsewhere.example'],
  ])('%s', (next, expected) => {
    expect(safeNext(next)).toBe(expected);
  });
});

describe('safeNext refuses', () => {
  it.each([
    null,
    undefined,
    '',
    'dashboard',
    './dashboard',
    'https://elsewhere.example',
    'HTTPS://elsewhere.example/',
    'https:/elsewhere.example',
    'https:elsewhere.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'blob:https://elsewhere.example/1',
    '//elsewhere.example',
    '///elsewhere.example',
    '/\\elsewhere.example',
    '\\/elsewhere.example',
    '\\\\elsewhere.example',
    '/dash\\board',
    ' /dashboard',
    ' //elsewhere.example',
    '/ /elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    '\t//elsewhere.example',
    '/\u0000/elsewhere.example',
    '/\u00a0/elsewhere.example',
    '/\u2028/elsewhere.example',
    '/%2f/elsewhere.example',
    '/%2Felsewhere.example',
    '/%5celsewhere.example',
    '/%09/elsewhere.example',
    '/%0d%0aLocation:%20https://elsewhere.example',
    '/%252felsewhere.example',
    '/%25252f%25255celsewhere.example',
    '%2f%2felsewhere.example',
    '/%',
    '/%ff',
    '/.//elsewhere.example',
    '/a/..//elsewhere.example',
    '/%2e//elsewhere.example',
    '/login',
    '/login/?next=/login',
    '/LOGIN',
    '/x/../login',
    '/signup/',
    '/api/v1/auth/logout',
    '/_next/static/x.js',
    '/.well-known/jwks.json',
    `/${'a'.repeat(1000)}`,
  ])('%j', (next) => {
    expect(safeNext(next)).toBeNull();
  });

  it('always stays on the site, whatever gets through', () => {
    const parts = ['/', '\\', '%2f', '%5c', '.', '..', 'x', ':', '@', '?', '#', '\t', '%09', 'elsewhere.example'];
    for (const a of parts) {
      for (const b of parts) {
        for (const c of parts) {
          const next = safeNext(`/${a}${b}${c}elsewhere.example`);
          if (next !== null) expect(new URL(next, 'https://here.example').origin).toBe('https://here.example');
        }
      }
    }
  });
});
