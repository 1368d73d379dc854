import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PositionNote, readNote, sourceName, writeNote } from './position.js';

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('the note in a commit', () => {
  it('reads back what was written, and fits easily into what brokers keep', () => {
    const range = fc.record({ first: whole, last: whole, epoch: whole, now: whole });
    const note = fc.record({
      era: whole,
      range: fc.option(range),
      auditUntil: fc.oneof(fc.constant(-1), whole),
      since: fc.option(whole),
    });
    fc.assert(
      fc.property(note, (given: PositionNote) => {
        const text = writeNote(given);
        expect(readNote(text)).toEqual(given);
        expect(text.length).toBeLessThan(250);
      }),
    );
  });

  it.each([null, '', 'event-id-3', '{}', '{"v":2,"era":0}', '[1]'])(
    'takes %j of another program for none',
    (text) => {
      expect(readNote(text)).toBeNull();
    },
  );

  it('gives the same offsets of a recreated topic another source, and so other tokens', () => {
    expect(sourceName('t', 3, 0)).toBe('t:3');
    expect(sourceName('t', 3, 1)).not.toBe(sourceName('t', 3, 0));
  });
});
