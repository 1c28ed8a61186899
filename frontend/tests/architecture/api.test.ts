// @vitest-environment node
import { readFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);

it('has the types of the published OpenAPI document; after a change of the API: make api-types', async () => {
  const nodes = await openapiTS(at('../docs/reference/openapi.json'), { alphabetize: true });
  expect(readFileSync(at('src/types/api.gen.ts'), 'utf8')).toBe(`${COMMENT_HEADER}${astToString(nodes)}`);
});
