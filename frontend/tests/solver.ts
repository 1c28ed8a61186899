import { readFileSync } from 'node:fs';
import { Worker as Thread } from 'node:worker_threads';

const SCRIPT = readFileSync('node_modules/altcha/dist/workers/pbkdf2.js', 'utf8');
const STAGE = `
  const { parentPort } = require('node:worker_threads');
  globalThis.self = globalThis;
  self.postMessage = (message) => parentPort.postMessage(message);
  parentPort.on('message', (data) => self.onmessage({ data }));
`;

/**
 * jsdom has no Worker: this one runs ALTCHA's own solver in a thread of Node's, as a browser would. `broken` stands for
 * a browser in which it cannot run.
 */
export function solverThreads({ broken = false } = {}) {
  const threads: SolverThread[] = [];
  class SolverThread {
    onmessage: (event: MessageEvent) => void = () => undefined;
    onerror: () => void = () => undefined;
    readonly thread = new Thread(broken ? 'throw new Error("no solver")' : STAGE + SCRIPT, { eval: true });
    ended = false;

    constructor(readonly address: string) {
      threads.push(this);
      this.thread.on('message', (data) => this.onmessage(new MessageEvent('message', { data })));
      this.thread.on('error', () => this.onerror());
    }

    postMessage(message: unknown): void {
      this.thread.postMessage(message);
    }

    terminate(): void {
      this.ended = true;
      void this.thread.terminate();
    }
  }
  return { SolverThread, threads };
}
