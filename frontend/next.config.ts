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
  turbopack: { root: import.meta.dirname },
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
