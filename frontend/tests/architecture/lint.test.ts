// @vitest-environment node
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const eslint = new ESLint({ cwd: new URL('../..', import.meta.url).pathname });

async function complaints(code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: 'src/lib/planted.tsx' });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

// The first look loads all rules, which takes long on a busy machine.
beforeAll(async () => {
  await complaints('export {};');
}, 60_000);

describe('the linter refuses', () => {
  it.each([
    ["localStorage.setItem('token', 'x');", 'no-restricted-globals'],
    ["sessionStorage.setItem('token', 'x');", 'no-restricted-globals'],
    ["indexedDB.open('token');", 'no-restricted-globals'],
    ["window.localStorage.setItem('token', 'x');", 'no-restricted-properties'],
    ["globalThis['sessionStorage'].clear();", 'no-restricted-properties'],
    ["document.cookie = 'token=x';", 'no-restricted-properties'],
    ["void cookieStore.set('token', 'x');", 'no-restricted-globals'],
    ["void caches.open('token');", 'no-restricted-globals'],
    ["new Function('return 1')();", 'no-new-func'],
    ["eval('1');", 'no-eval'],
    ['export const Planted = () => <p style={{ color: "red" }}>x</p>;', 'no-restricted-syntax'],
    ["import Image from 'next/image';\nexport const Planted = Image;", 'no-restricted-imports'],
    ['export const planted = (x: any): unknown => x;', '@typescript-eslint/no-explicit-any'],
  ])('%s', async (code, rule) => {
    expect(await complaints(code)).toContain(rule);
  });

  it('nothing in what is well made', async () => {
    expect(await complaints('export const planted = 1;')).toEqual([]);
  });
});
