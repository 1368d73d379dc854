import { describe, expect, it } from 'vitest';
import { bucketOf, countEnds, dueEnds, endsTouched, isHistorical } from './schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const noon = Date.parse('2026-03-02T12:00:00Z');
const timing = { windowMs: HOUR, stepMs: 5 * MINUTE };
const base = { timing, settleMs: 2_000, slackMs: 12_000, catchUpMs: 400 * 24 * HOUR };
const span = { first: noon - 3 * HOUR, last: noon };

describe('which windows are due', () => {
  it('waits until a window is over and its last events have settled', () => {
    const lastEnd = noon - 5 * MINUTE;
    expect(dueEnds({ ...base, now: noon + 1_999, lastEnd, span })).toBeNull();
    expect(dueEnds({ ...base, now: noon + 2_000, lastEnd, span })).toEqual({ from: noon, to: noon });
  });

  it('catches up on every step that was missed', () => {
    const due = dueEnds({ ...base, now: noon + 2_000, lastEnd: noon - 30 * MINUTE, span });
    expect(due).toEqual({ from: noon - 25 * MINUTE, to: noon });
    expect(countEnds(due!, timing.stepMs)).toBe(6);
  });

  it('begins history at the first event, on the step grid', () => {
    const first = noon - 3 * HOUR + 7 * MINUTE;
    expect(dueEnds({ ...base, now: noon + 2_000, lastEnd: null, span: { first, last: noon } })?.from).toBe(
      noon - 3 * HOUR + 10 * MINUTE,
    );
  });

  it('never goes further back than the catch-up allows', () => {
    const now = noon + 2_000;
    expect(dueEnds({ ...base, now, lastEnd: null, span, catchUpMs: HOUR })?.from).toBe(noon - 55 * MINUTE);
  });

  it('judges nothing without events, and never the future', () => {
    expect(dueEnds({ ...base, now: noon, lastEnd: null, span: null })).toBeNull();
    const future = { first: noon + HOUR, last: noon + 2 * HOUR };
    expect(dueEnds({ ...base, now: noon + 2_000, lastEnd: null, span: future })).toBeNull();
  });

  it('does nothing when the clock went back', () => {
    expect(dueEnds({ ...base, now: noon - HOUR, lastEnd: noon, span })).toBeNull();
  });
});

describe('the windows that late events fall into', () => {
  it('are all judged ones that hold the minute', () => {
    const minute = { from: noon - 90 * MINUTE, to: noon - 89 * MINUTE };
    const ends = endsTouched(minute, timing, noon)!;
    expect(ends).toEqual({ from: noon - 85 * MINUTE, to: noon - 30 * MINUTE });
    for (let end = ends.from; end <= ends.to; end += timing.stepMs) {
      expect(end - timing.windowMs).toBeLessThan(minute.to);
      expect(end).toBeGreaterThan(minute.from);
    }
    expect(countEnds(ends, timing.stepMs)).toBe(timing.windowMs / timing.stepMs);
  });

  it('are none when the windows are still to come', () => {
    expect(endsTouched({ from: noon, to: noon + MINUTE }, timing, noon)).toBeNull();
  });
});

describe('a window of the past', () => {
  it('is one whose step is over by more than the evaluator may be late', () => {
    expect(isHistorical(noon, noon + 5 * MINUTE + 11_999, timing, 12_000)).toBe(false);
    expect(isHistorical(noon, noon + 5 * MINUTE + 12_000, timing, 12_000)).toBe(true);
  });
});

describe('the bucket that windows are summed from', () => {
  it.each([
    [{ windowMs: HOUR, stepMs: 5 * MINUTE }, 5 * MINUTE],
    [{ windowMs: 10 * MINUTE, stepMs: 4 * MINUTE }, 2 * MINUTE],
    [{ windowMs: MINUTE, stepMs: MINUTE }, MINUTE],
  ])('divides window and step', (both, bucket) => {
    expect(bucketOf(both)).toBe(bucket);
  });
});
