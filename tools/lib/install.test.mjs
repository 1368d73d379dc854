import { describe, expect, it } from 'vitest';
import { stalePackages } from './install.mjs';

const locked = {
  '': { name: 'leeway' },
  'packages/stats': { version: '0.1.0' },
  'node_modules/@leeway/stats': { link: true },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/@esbuild/darwin-arm64': { version: '0.28.2', optional: true },
};

describe('stalePackages', () => {
  it('finds nothing to do where every locked package is installed', () => {
    expect(stalePackages(locked, { 'node_modules/zod': { version: '4.6.7' } })).toEqual([]);
  });

  it('names a package that is missing', () => {
    expect(stalePackages(locked, {})).toEqual(['node_modules/zod']);
  });

  it('names a package of another version, also an optional one', () => {
    const installed = {
      'node_modules/zod': { version: '4.0.0' },
      'node_modules/@esbuild/darwin-arm64': { version: '0.20.0' },
    };
    expect(stalePackages(locked, installed)).toEqual([
      'node_modules/zod',
      'node_modules/@esbuild/darwin-arm64',
    ]);
  });
});
