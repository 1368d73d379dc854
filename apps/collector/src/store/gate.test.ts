import { describe, expect, it } from 'vitest';
import { WriteGate } from './gate.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the write gate', () => {
  it('lets writes run side by side and a rebuild alone, in the order they asked', async () => {
    const gate = new WriteGate();
    const log: string[] = [];
    const shared = (name: string, ms: number) =>
      gate.shared(async () => {
        log.push(`${name} begins`);
        await pause(ms);
        log.push(`${name} ends`);
      });
    await Promise.all([
      shared('a', 20),
      shared('b', 10),
      gate.exclusive(async () => {
        log.push('alone begins');
        await pause(10);
        log.push('alone ends');
      }),
      shared('c', 1),
    ]);
    expect(log).toEqual([
      'a begins',
      'b begins',
      'b ends',
      'a ends',
      'alone begins',
      'alone ends',
      'c begins',
      'c ends',
    ]);
  });

  it('opens again after work that failed', async () => {
    const gate = new WriteGate();
    await expect(gate.exclusive(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.shared(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.exclusive(() => Promise.resolve(1))).toBe(1);
  });
});
