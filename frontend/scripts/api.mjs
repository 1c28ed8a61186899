/** `npm run api -- openapi.json`: writes src/types/api.gen.ts from the backend's OpenAPI document. */
import { spawnSync } from 'node:child_process';

const [document] = process.argv.slice(2);
if (document === undefined) {
  console.error('Name the OpenAPI document: npm run api -- ../openapi.json');
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  ['node_modules/openapi-typescript/bin/cli.js', document, '--output', 'src/types/api.gen.ts', '--alphabetize'],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
