import { defineConfig } from 'vitest/config';

// Whole-system tests: real processes, real broker, real browser. Most of their time is waiting, so three files run at once.
const conditions = ['leeway-source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/src/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 3,
    passWithNoTests: false,
  },
});
