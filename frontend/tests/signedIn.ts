import { beforeAll, beforeEach } from 'vitest';

import { bindCredentials } from '@/services/apiClient';

import { teachDialogs } from './dialogs';
import { backendForTests, refusal, type Answer, type Backend } from './backend';

export const DOWN = refusal(503, 'database_unavailable', { title: 'The service is away for a moment.' });

/** A backend for somebody who is logged in. */
export function signedInForTests(): Backend {
  const backend = backendForTests();
  beforeAll(teachDialogs);
  beforeEach(() => {
    bindCredentials({ read: () => 'a.b.c', renew: () => Promise.resolve('a.b.c'), drop: () => undefined });
  });
  return backend;
}

/** Answers one after the other, the last one for good. */
export function inTurn(...answers: [Answer, ...Answer[]]): () => Answer {
  const [last] = answers.slice(-1);
  const queue = [...answers];
  return () => queue.shift() ?? (last as Answer);
}
