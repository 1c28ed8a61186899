import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants';

// Here rather than in the environment, so that no build of anybody asks the network.
process.env.NEXT_TELEMETRY_DISABLED = '1';

const backend = process.env.DOORSTEP_BACKEND_URL ?? 'http://localhost:8000';

/**
 * Parts of Axios that no bundler can leave out by itself, and what stands in for them: it has two ways to send and
 * uses the first, XMLHttpRequest; its names of the HTTP statuses, its forms and its first way to call a request off are
 * for others. 8 kB for nothing.
 */
const UNUSED = {
  '**/axios/lib/adapters/fetch.js': 'export const getFetch = () => false;',
  '**/axios/lib/helpers/HttpStatusCode.js': 'export default {};',
  '**/axios/lib/helpers/formDataToJSON.js': 'export default () => null;',
  '**/axios/lib/helpers/toURLEncodedForm.js': 'export default () => null;',
  '**/axios/lib/helpers/spread.js': 'export default () => null;',
  '**/axios/lib/cancel/CancelToken.js': 'export default class {}',
};

const shared: NextConfig = {
  // One folder with an index.html per page: what plain file servers expect.
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  turbopack: {
    root: import.meta.dirname,
    rules: Object.fromEntries(
      Object.entries(UNUSED).map(([file, code]) => [
        file,
        { loaders: [{ loader: `${import.meta.dirname}/scripts/instead.cjs`, options: { code } }], as: '*.js' },
      ]),
    ),
  },
  experimental: {
    // Few big chunks: small ones compress 6 kB worse in all. The budget is checked by `npm run budget`.
    turbopackChunking: { minChunkSize: 1_000_000, maxMergeChunkSize: 20_000_000 },
  },
};

/** The site as a static export; under `next dev` with the API of a running backend beside it, on one origin. */
export default function config(phase: string): NextConfig {
  if (phase !== PHASE_DEVELOPMENT_SERVER) return { ...shared, output: 'export' };
  return {
    ...shared,
    // Without this the API's own paths would be redirected to ones with a slash.
    skipTrailingSlashRedirect: true,
    rewrites: () =>
      Promise.resolve([
        { source: '/api/:path*', destination: `${backend}/api/:path*` },
        { source: '/.well-known/:path*', destination: `${backend}/.well-known/:path*` },
      ]),
  };
}
