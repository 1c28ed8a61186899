import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants';

// Here rather than in the environment, so that no build of anybody asks the network.
process.env.NEXT_TELEMETRY_DISABLED = '1';

const backend = process.env.DOORSTEP_BACKEND_URL ?? 'http://localhost:8000';

const shared: NextConfig = {
  // One folder with an index.html per page: what plain file servers expect.
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  turbopack: {
    root: import.meta.dirname,
    rules: {
      // Axios brings two ways to send and uses the first, XMLHttpRequest: the other would be 5 kB for nothing.
      '**/axios/lib/adapters/fetch.js': { loaders: [`${import.meta.dirname}/scripts/withoutFetch.cjs`], as: '*.js' },
    },
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
