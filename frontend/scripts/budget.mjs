/**
 * Fails when the scripts that /login needs to start are over the budget: brotli, in the strength in which they are
 * served. `npm run build` first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const BUDGET_KB = 150;
const page = '/login/';

const out = new URL('../out', import.meta.url).pathname;
const file = `${out}${page}index.html`;
if (!existsSync(file)) {
  console.error('There is no export to measure: npm run build');
  process.exit(2);
}

/** Scripts that old browsers alone load are not counted: they carry `nomodule`. */
const tags = [...readFileSync(file, 'utf8').matchAll(/<script\b([^>]*)>/gi)].map(([, attributes]) => attributes ?? '');
const sources = new Set(
  tags.filter((attributes) => !/\bnomodule\b/i.test(attributes)).flatMap((attributes) => /\bsrc="([^"?]+)/.exec(attributes)?.[1] ?? []),
);
if (sources.size === 0) {
  console.error(`${page} names no script: the measurement cannot be right.`);
  process.exit(1);
}

const sizes = [...sources].map((source) => ({ source, bytes: brotliCompressSync(readFileSync(out + source)).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
for (const { source, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${source}`);
console.log(`${total.toFixed(1).padStart(7)} kB  ${page} in all, of ${BUDGET_KB} kB`);
process.exit(total > BUDGET_KB ? 1 : 0);
