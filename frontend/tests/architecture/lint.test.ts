// @vitest-environment node
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

// The planted file is in no project: it is read as if it were in this one.
const eslint = new ESLint({
  cwd: new URL('../..', import.meta.url).pathname,
  overrideConfig: {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['src/lib/planted.tsx'], defaultProject: 'tsconfig.json' },
      },
    },
  },
});

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

const NEEDED = "import type { ReactNode } from 'react';\nimport { useState } from 'react';\n";
const part = (draws: string) =>
  `${NEEDED}interface Facts { busy: boolean; name?: string; children?: ReactNode; Icon: () => ReactNode }\n` +
  'function Spot({ on }: { on: boolean }) { return on ? <b>!</b> : null; }\n' +
  `export function Planted({ busy, name, children, Icon }: Facts) { const [n] = useState(0); ${draws} }\nvoid Spot;`;

describe('pages outlive a translator: the linter refuses', () => {
  it.each([
    ['an element that comes before text', 'return <p>{busy && <b>!</b>} Save {n}</p>;'],
    ['an element that becomes another', 'return <p>{busy ? <b>!</b> : <i>?</i>} Save</p>;'],
    ['text that comes and goes', "return <p><b>Done</b>{busy && ' Nothing has changed.'}</p>;"],
    ['text that may be missing', 'return <p>«{name}» goes</p>;'],
    ['what a component is handed, beside what comes and goes', 'return <button>{busy && <b>!</b>}{children}</button>;'],
    ['a list before text', 'return <p>{[1, 2].map((one) => <b key={one}>{one}</b>)} in all</p>;'],
    ['a component that may draw nothing', 'return <p><Spot on={busy} /> Save</p>;'],
    ['a component that is chosen', 'return <p><Icon /> Save</p>;'],
    ['what is begun anew by its key', 'return <p><b key={n}>!</b> Save</p>;'],
    ['text in a fragment', 'return <div>{busy && <b>!</b>}<>Save</></div>;'],
    ['one element drawn in two ways', 'return busy ? <p>Wait {n} seconds</p> : <p>Go on</p>;'],
    ['the same in two returns', 'if (busy) return <p>Go on</p>; return <><p>Wait {n} seconds</p><hr /></>;'],
    ['the same further inside', 'return <div>{busy ? <p><i>a {n}</i></p> : <p>b</p>}</div>;'],
  ])('%s', async (_, draws) => {
    expect(await complaints(part(draws))).toContain('doorstep/translatable');
  });

  it.each([
    ['text that has an element of its own', 'return <p>{busy && <b>!</b>} <span>Save</span></p>;'],
    ['one text alone', "return <p>{busy ? 'Wait' : 'Save'}</p>;"],
    ['one string of all parts', 'return <p>{`Wait ${n} seconds`}</p>;'],
    ['what stays', 'return <p>Read <a href="/">this</a> first, {n} times</p>;'],
    ['what a component is handed, beside what stays', 'return <div><h2>Title</h2>{children}</div>;'],
    ['two ways with keys', 'return busy ? <p key="wait">Wait {n} seconds</p> : <p>Go on</p>;'],
  ])('and takes %s', async (_, draws) => {
    expect(await complaints(part(draws))).not.toContain('doorstep/translatable');
  });
});
