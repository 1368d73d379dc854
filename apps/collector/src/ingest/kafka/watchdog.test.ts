import { describe, expect, it } from 'vitest';
import { stuckDetail, type Watched } from './watchdog.js';

const intake = (more: Partial<Watched>): Watched => ({
  busy: false,
  lastProgress: 0,
  highWatermark: 100,
  next: 100,
  ...more,
});

describe('stuckDetail', () => {
  it('is silent while there is nothing to do, however long', () => {
    expect(stuckDetail([intake({})], 10_000_000, 1_000, 0)).toBeNull();
  });

  it('is silent while something moves', () => {
    expect(stuckDetail([intake({ busy: true, lastProgress: 9_500 })], 10_000, 1_000, 0)).toBeNull();
  });

  it('is silent behind messages that are never delivered, as long as Kafka answers', () => {
    expect(stuckDetail([intake({ next: 99 })], 10_000, 1_000, 9_800)).toBeNull();
    expect(stuckDetail([intake({ next: 99 })], 10_000, 1_000, 8_000)).toContain('offset 99 of 100');
  });

  it('names the offset where a write hangs or messages are left lying', () => {
    expect(stuckDetail([intake({ busy: true })], 10_000, 1_000, 0)).toContain('offset 100');
    expect(stuckDetail([intake({}), intake({ next: 40 })], 10_000, 1_000, 0)).toContain('offset 40 of 100');
  });
});
