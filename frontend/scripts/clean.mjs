/** Removes what an earlier build left, because a stale .next can be exported again. */
import { rmSync } from 'node:fs';

for (const folder of ['.next', 'out']) {
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
}
