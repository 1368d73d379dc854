import { describe, expect, it } from 'vitest';
import { type Half, PAIR_LIMITS, PairBook } from './pair-book.js';

function opened(limits: Partial<typeof PAIR_LIMITS>) {
  let expired = 0;
  const book = new PairBook({
    ...PAIR_LIMITS,
    ...limits,
    expired: (count) => {
      expired += count;
    },
  });
  return { book, expired: () => expired };
}
const half = (offset: number, bytes: number): Half => ({
  offset,
  place: 0,
  time: 1_000 + offset,
  bytes,
  body: {},
});

describe('halves that wait', () => {
  it('are bounded in bytes: the oldest goes and is counted', () => {
    const { book, expired } = opened({ bytes: 10_000 });
    for (let i = 0; i < 100; i++) book.meet(`id-${i}`, 'request', half(i, 1_000));
    expect([book.size, book.bytes, expired()]).toEqual([10, 10_000, 90]);
    // A half of any size is still met, alone.
    book.meet('huge', 'request', half(100, 50_000));
    expect(book.meet('huge', 'response', half(101, 50_000))?.offset).toBe(100);
    expect([book.size, expired()]).toEqual([1, 100]);
  });

  it('are bounded in number', () => {
    const { book, expired } = opened({ limit: 5 });
    for (let i = 0; i < 12; i++) book.meet(`id-${i}`, 'request', half(i, 10));
    expect([book.size, expired()]).toEqual([5, 7]);
  });

  it('give their bytes back when they are taken away, read again or too old', () => {
    const { book } = opened({ ttlMs: 50 });
    book.meet('a', 'request', half(0, 100));
    book.meet('a', 'request', half(0, 100));
    expect(book.bytes).toBe(100);
    book.takeWaiting();
    expect(book.bytes).toBe(0);
    book.meet('a', 'request', half(0, 100));
    book.meet('a', 'response', half(1, 10));
    book.meet('d', 'response', half(1, 10));
    book.forget(1);
    expect([book.size, book.bytes]).toEqual([1, 100]);
    // The other one waits again.
    expect(book.meet('a', 'response', half(2, 10))?.offset).toBe(0);
    book.forget(0);
    book.forget(2);
    expect([book.size, book.bytes]).toEqual([0, 0]);
    book.meet('b', 'request', half(1, 100));
    book.meet('c', 'request', half(200, 30));
    expect(book.bytes).toBe(30);
  });
});
