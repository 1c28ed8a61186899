/**
 * Takes the download addresses out of package-lock.json: it keeps versions and hashes, so any registry serves it.
 * Not npm's own omit-lockfile-registry-resolved, which loses the versions of other platforms' packages.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL(process.argv[2] ?? '../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  if (path !== '' && !entry.version) throw new Error(`${path} has no version`);
  if (path !== '' && !entry.integrity && !entry.inBundle) throw new Error(`${path} has no hash`);
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
