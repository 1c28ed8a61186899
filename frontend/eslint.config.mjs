import nextCoreWebVitals from 'eslint-config-next/core-web-vitals';
import nextTypescript from 'eslint-config-next/typescript';

import { translatable } from './lint/translatable.mjs';

const storage = 'A token must never be readable after the tab is gone: keep it in the session store, in memory.';
const stores = ['localStorage', 'sessionStorage', 'indexedDB', 'cookieStore', 'caches'];
const owners = ['window', 'globalThis', 'self'];

const config = [
  { ignores: ['.next/', 'out/', 'node_modules/', 'next-env.d.ts', 'src/types/api.gen.ts'] },
  ...nextCoreWebVitals,
  ...nextTypescript,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', ...stores.map((name) => ({ name, message: storage }))],
      'no-restricted-properties': [
        'error',
        { object: 'document', property: 'cookie', message: storage },
        ...owners.flatMap((object) => stores.map((property) => ({ object, property, message: storage }))),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="style"]',
          message: 'The content security policy allows no inline styles: use a class.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'next/image', message: 'It writes a style attribute, which the policy refuses: use <img>.' }] },
      ],
      '@next/next/no-img-element': 'off',
    },
  },
  {
    files: ['src/**/*.tsx'],
    plugins: { doorstep: { rules: { translatable } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { 'doorstep/translatable': 'error' },
  },
];

export default config;
