import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followPeers } from './peers.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('following other collectors', () => {
  it('refreshes, and hands on arrivals with an overlap that hides clocks that differ', async () => {
    const asked: number[] = [];
    const heard: unknown[][] = [];
    let refreshed = 0;
    const stop = followPeers({
      log: pino({ level: 'silent' }),
      now: Date.now,
      refresh: [
        async () => {
          refreshed++;
        },
      ],
      arrivals: {
        since: async (at) => {
          asked.push(at);
          return [{ model: 'm', version: '1', from: 600_000, to: 660_000 }];
        },
        arrived: (...minutes) => void heard.push(minutes),
      },
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refreshed).toBe(2);
    expect(asked).toEqual([980_000, 985_000]);
    // Minutes in epoch seconds, as ingest tells them.
    expect(heard).toEqual([
      ['m', '1', 600, 660],
      ['m', '1', 600, 660],
    ]);
  });

  it('goes on after a failure, without losing what came meanwhile', async () => {
    const asked: number[] = [];
    const stop = followPeers({
      log: pino({ level: 'silent' }),
      now: Date.now,
      refresh: [],
      arrivals: {
        since: async (at) => {
          asked.push(at);
          if (asked.length === 1) throw new Error('the database is away');
          return [];
        },
        arrived: () => {},
      },
    });
    await vi.advanceTimersByTimeAsync(15_000);
    await stop();
    expect(asked).toEqual([980_000, 980_000, 990_000]);
  });
});
