import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { builtinEnvironments, type Environment } from 'vitest/runtime';

/**
 * jsdom on the origin of a real server on this machine, as the site has it: cookies and same-origin rules hold. The
 * origin of a jsdom window cannot change later, so the server comes first; `tests/backend.ts` makes it answer.
 */
const environment: Environment = {
  ...builtinEnvironments.jsdom,
  name: 'jsdom-with-server',
  async setup(global: typeof globalThis, options: Record<string, unknown>) {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const jsdom = await builtinEnvironments.jsdom.setup(global, {
      ...options,
      jsdom: { url: `http://127.0.0.1:${port}/` },
    });
    Object.assign(global, { backendServer: server });
    return {
      async teardown() {
        await jsdom.teardown(global);
        server.closeAllConnections();
        server.close();
      },
    };
  },
};

export default environment;
