import { defineConfig } from 'vitest/config';

// Workspace packages are read from source (condition `leeway-source`), so tests need no build.
const conditions = ['leeway-source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.{ts,tsx}',
      'examples/src/**/*.test.ts',
      'tools/**/*.test.mjs',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
