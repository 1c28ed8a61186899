import type { Challenge } from '@/types/api';

import { publicClient } from './apiClient';
import { Problem } from './problem';

/**
 * ALTCHA's own solver: one file of this site that needs no other, so the policy it is sent with allows it nothing.
 * As an address, for the bundler would turn `new Worker(new URL(...))` into a loader of several files.
 */
const SOLVER = new URL('altcha/workers/pbkdf2', import.meta.url).href;

/** A phone needs about a second, and an old one a few: past this it is stuck. */
const LONGEST_MS = 60_000;

/** What the solver finds; null when it has given up. */
interface Solution {
  counter: number;
  derivedKey: string;
}

const UNPROVEN = {
  status: 0,
  code: 'unproven',
  title: 'We could not check your browser',
  detail: 'It did not finish a small calculation that keeps robots out. What you typed is kept, so please try again.',
} as const;

function solve(challenge: Challenge, called: AbortSignal): Promise<Solution> {
  const worker = new Worker(SOLVER);
  const found = new Promise<Solution>((resolve, reject) => {
    const fail = () => reject(new Problem(UNPROVEN));
    worker.onmessage = ({ data }: MessageEvent<Solution | { error: unknown } | null>) => {
      if (data !== null && 'counter' in data) resolve(data);
      else fail();
    };
    worker.onerror = fail;
    called.addEventListener('abort', fail);
  });
  worker.postMessage({ type: 'work', challenge, timeout: LONGEST_MS });
  return found.finally(() => worker.terminate());
}

/**
 * Lets the browser do a little work, in a thread of its own, and gives the `proof` to send with the next log-in or
 * sign-up; it is good once. Asks this server only. Throws `Problem`.
 */
export async function prove(called: AbortSignal): Promise<string> {
  const { data: challenge } = await publicClient.get<Challenge>('/auth/challenge', { signal: called });
  const solution = await solve(challenge, called);
  return btoa(JSON.stringify({ challenge, solution }));
}
