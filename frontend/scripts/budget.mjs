/**
 * Fails when the scripts that a page needs to start are over its budget: brotli, in the strength in which they are
 * served. `npm run build` first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

/** kB. The front page has no room for the chunk of a form. */
const BUDGETS = { '/': 136, '/login/': 150 };

const out = new URL('../out', import.meta.url).pathname;

/** Scripts that old browsers alone load are not counted: they carry `nomodule`. */
function scriptsOf(page) {
  const file = `${out}${page}index.html`;
  if (!existsSync(file)) {
    console.error('There is no export to measure: npm run build');
    process.exit(2);
  }
  const tags = [...readFileSync(file, 'utf8').matchAll(/<script\b([^>]*)>/gi)].map(([, attributes]) => attributes ?? '');
  const sources = new Set(
    tags.filter((attributes) => !/\bnomodule\b/i.test(attributes)).flatMap((attributes) => /\bsrc="([^"?]+)/.exec(attributes)?.[1] ?? []),
  );
  if (sources.size === 0) {
    console.error(`${page} names no script: the measurement cannot be right.`);
    process.exit(1);
  }
  return [...sources];
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
let over = false;
for (const [page, budget] of Object.entries(BUDGETS)) {
  const sizes = scriptsOf(page).map((source) => ({ source, bytes: brotliCompressSync(readFileSync(out + source)).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { source, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) console.log(`${kB(bytes)}  ${source}`);
  console.log(`${kB(total)}  ${page} in all, of ${budget} kB`);
  over ||= total > budget * 1000;
}
process.exit(over ? 1 : 0);
