/**
 * Brings the brand to the site: backend/src/doorstep/brand.json is its one place; from it come
 * src/lib/brand.gen.json (names, plans) and src/app/brand.gen.css (colours, light and dark).
 * A file is written only when it changes, so that `next dev` does not reload for nothing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(path, import.meta.url);
const brand = JSON.parse(readFileSync(at('../../backend/src/doorstep/brand.json'), 'utf8'));

/** `{accent_strong: '#fff'}` -> `--brand-accent-strong: #fff;`, each line after `indent`. */
function variables(colours, indent) {
  return Object.entries(colours)
    .map(([name, value]) => {
      if (!/^#[0-9a-f]{6}$/i.test(value)) throw new Error(`brand.json: colour ${name} is not #rrggbb: ${value}`);
      return `${indent}--brand-${name.replaceAll('_', '-')}: ${value};`;
    })
    .join('\n');
}

function put(path, text) {
  const file = at(path);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

const { light, dark } = brand.colours;
put(
  '../src/app/brand.gen.css',
  `/* Made by scripts/brand.mjs from brand.json: change it there. */
:root {
  color-scheme: light dark;
${variables(light, '  ')}
}

@media (prefers-color-scheme: dark) {
  :root {
${variables(dark, '    ')}
  }
}
`,
);
put('../src/lib/brand.gen.json', `${JSON.stringify(brand, null, 2)}\n`);
