/**
 * The import rules (.dependency-cruiser.cjs), and a guard over the checker itself: with a TypeScript it
 * does not know, it silently reads no module, or no import, and passes.
 */
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const options = await extractOptions('./.dependency-cruiser.cjs');
const { output, exitCode } = await cruise(['src'], { ...options, outputType: 'json' }, {}, {
  tsConfig: extractTsConfig('tsconfig.json'),
});
const { modules, summary } = JSON.parse(output);
const own = modules.filter(({ source }) => source.startsWith('src/') && /\.tsx?$/.test(source));
const links = own.flatMap(({ dependencies }) => dependencies);

for (const { rule, from, to } of summary.violations) console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
if (own.length === 0 || links.length === 0) {
  console.error(`The checker read ${own.length} modules and ${links.length} imports: it cannot be right.`);
  process.exit(1);
}
console.log(`${own.length} modules, ${links.length} imports, ${summary.violations.length} violations`);
process.exit(summary.violations.length > 0 ? 1 : exitCode);
