import { describe, expect, it } from 'vitest';
import type { DeadLetterRecord } from '../batch/dead-letter.js';
import { chunksOf } from './dead-letter-topic.js';

const letter = (id: string, bytes: number): DeadLetterRecord => ({
  id,
  partition: 0,
  offset: 1,
  stage: 'decode',
  code: 'not_json',
  message: 'no JSON',
  payload: Buffer.alloc(bytes, 1),
});

describe('dead letters on their way to the topic', () => {
  it('share requests that a broker takes, in their order, and large ones go alone', () => {
    const letters = [
      ...Array.from({ length: 700 }, (_, i) => letter(`small-${i}`, 100)),
      letter('large', 900_000),
      ...Array.from({ length: 40 }, (_, i) => letter(`middle-${i}`, 30_000)),
    ];
    const chunks = chunksOf(letters);
    expect(chunks.flat().map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    for (const chunk of chunks) {
      const bytes = chunk.reduce((sum, { payload }) => sum + payload.length, 0);
      expect(chunk.length).toBeLessThanOrEqual(500);
      if (chunk.length > 1) expect(bytes).toBeLessThan(600_000);
    }
    expect(chunks.length).toBeLessThan(8);
  });

  it('are none when there are none', () => {
    expect(chunksOf([])).toEqual([]);
  });
});
