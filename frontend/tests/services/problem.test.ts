import { AxiosError, AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';

import { problemOf } from '@/services/problem';

describe('a problem made from an answer', () => {
  it('gives nothing to the objects of the page', () => {
    const data: unknown = JSON.parse(
      '{"code":"busy","title":"Busy.","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    const config = { headers: new AxiosHeaders() };
    const failure = new AxiosError('refused', undefined, config, undefined, {
      data,
      status: 503,
      statusText: '',
      headers: {},
      config,
    });
    expect(problemOf(failure)).toMatchObject({ code: 'busy', status: 503 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect('code' in {}).toBe(false);
  });
});
