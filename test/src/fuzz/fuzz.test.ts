import { describe, expect, it } from 'vitest';
import { noBroker } from '../support/kafka.js';
import { account, fuzz, isClean } from './account.js';

const missing = noBroker();
const MESSAGES = 20_000;

it.skipIf(missing !== null)(
  `malformed and half-valid messages through a real broker: no crash, every one accounted for${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const result = await fuzz(MESSAGES, 3);
    expect(result).toMatchObject({ unaccounted: 0, crashes: 0 });
    expect(result.counted).toBe(result.events);
    expect(isClean(result)).toBe(true);
    // All kinds are there, none is a rarity.
    for (const kind of ['stored', 'stored_in_part', 'dead_lettered', 'passed_over'] as const)
      expect(result[kind], kind).toBeGreaterThan(MESSAGES / 200);
  },
  300_000,
);

describe('the account of a fuzz run', () => {
  const empty = { stored: [[], [], [], []], dead: [[], [], [], []], events: 0, counted: 0 };

  it('notices every message that left no trace', () => {
    const all = { ...empty, stored: [[0, 1, 2], [0, 1], [0], [0, 1]], dead: [[], [0], [1], []] };
    const none = (offsets: ReadonlySet<string>) => Array.from(offsets, () => false);
    expect(account(10, all, none)).toEqual({
      stored: 7,
      stored_in_part: 1,
      dead_lettered: 1,
      passed_over: 0,
      unaccounted: 1,
    });
    const known = (offsets: ReadonlySet<string>) => Array.from(offsets, (offset) => offset === '1:2');
    expect(account(11, all, known)).toMatchObject({ passed_over: 1, unaccounted: 1 });
  });

  it('is not clean with a message unaccounted for, a crash, or an event that is not counted', () => {
    const clean = {
      seed: 1,
      messages: 1,
      stored: 1,
      stored_in_part: 0,
      dead_lettered: 0,
      passed_over: 0,
      unaccounted: 0,
      crashes: 0,
      events: 1,
      counted: 1,
      seconds: 1,
    };
    expect(isClean(clean)).toBe(true);
    for (const wrong of [{ unaccounted: 1 }, { crashes: 1 }, { counted: 0 }, { counted: 2 }])
      expect(isClean({ ...clean, ...wrong })).toBe(false);
  });
});
