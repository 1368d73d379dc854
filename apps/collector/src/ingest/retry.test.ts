import { describe, expect, it } from 'vitest';
import { breathe } from './retry.js';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('pauses of work that is done in slices', () => {
  it('let one of several go on in each turn of the event loop, in their order', async () => {
    const order: string[] = [];
    const work = async (name: string) => {
      for (let slice = 0; slice < 2; slice++) {
        await breathe();
        order.push(name);
      }
    };
    const all = Promise.all(['a', 'b', 'c'].map(work));
    const most = [];
    while (order.length < 6) {
      const before = order.length;
      await nextTurn();
      most.push(order.length - before);
    }
    await all;
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    expect(Math.max(...most)).toBe(1);
  });
});
