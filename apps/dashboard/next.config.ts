import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const here = dirname(fileURLToPath(import.meta.url));

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The workspace's root: without it Turbopack guesses from whichever lock file it finds first.
  turbopack: { root: dirname(dirname(here)) },
  outputFileTracingRoot: dirname(dirname(here)),
};

export default config;
