// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const SRC = new URL('../../src', import.meta.url).pathname;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:tsx?|css|svg)$/.test(name) && !name.endsWith('api.gen.ts'))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

/** The files in which `pattern` is found, each with what was found. */
function found(pattern: RegExp): string[] {
  return files.flatMap(({ name, text }) => (text.match(pattern) ?? []).map((match) => `${name}: ${match}`));
}

describe('the sources', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('write text as text, never as markup', () => {
    expect(found(/dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write/g)).toEqual([]);
  });

  it('listen to no messages of other windows', () => {
    // Those two listen to a channel and a worker of their own origin, not to windows.
    expect(found(/\bonmessage\b|['"]message['"]/g).map((match) => match.split(':')[0])).toEqual([
      'lib/tabs.ts',
      'services/proofOfWork.ts',
    ]);
    expect(found(/window\.(?:opener|parent|top)\b|\.postMessage\([^)]*['"]\*['"]/g)).toEqual([]);
  });

  it('name no other site', () => {
    const sites = found(/(?:https?:|wss?:)?\/\/[\w-]+(?:\.[\w-]+)+/g).filter((match) => !match.includes('www.w3.org'));
    expect(sites).toEqual(['lib/safeNext.ts: https://doorstep.invalid']);
  });

  it('look nothing up by a name that markup could take', () => {
    expect(found(/document\.(?:all|forms|anchors|embeds|images|links|scripts)\b|window\[/g)).toEqual([]);
  });
});
