import { describe, expect, it } from 'vitest';
import { type SequentialState, sequentialStart, sequentialStep } from './sequential.js';
import { categoricalSpec, countNames, countNumbers, normals, numericSpec } from './testing.js';

const HOUR = 3_600_000;
const at = (hour: number) => new Date(Date.UTC(2024, 0, 1) + hour * HOUR).toISOString();
const base = normals(10_000, 1);
const spec = numericSpec(base);
const start = () => sequentialStart(spec, countNumbers(spec, base));
/** Hourly windows of 200 rows; `shift` may depend on the hour. */
const windows = (hours: number, shift: (hour: number) => number) =>
  Array.from({ length: hours }, (_, h) => countNumbers(spec, normals(200, 100 + h, shift(h))));

function run(state: SequentialState, all: number[][], from = 0): SequentialState[] {
  const states: SequentialState[] = [];
  let now = state;
  all.forEach((counts, i) => {
    now = sequentialStep(now, counts, at(from + i + 1), at(from + i));
    states.push(now);
  });
  return states;
}

describe('the sequential detector', () => {
  const slow = windows(60, (h) => (h >= 24 ? 0.33 : 0));
  const states = run(start(), slow);

  it('sees a drift no single window shows, soon after its onset, and dates it', () => {
    const alarm = states.findIndex((state) => state.drifting);
    expect(alarm).toBeGreaterThanOrEqual(24);
    expect(alarm).toBeLessThan(24 + 5);
    const onset = (Date.parse(states[alarm]!.onset!) - Date.parse(at(0))) / HOUR;
    expect(Math.abs(onset - 24)).toBeLessThanOrEqual(3);
  });

  it('stays quiet for weeks without drift', () => {
    expect(
      run(
        start(),
        windows(500, () => 0),
      ).some((state) => state.drifting),
    ).toBe(false);
  });

  it('does not call a difference too small to matter a drift, however sure', () => {
    const tiny = run(
      start(),
      Array.from({ length: 40 }, (_, h) => countNumbers(spec, normals(5000, 900 + h, 0.1))),
    );
    expect(Math.max(...tiny.map((state) => state.log_evidence!))).toBeGreaterThan(10);
    expect(tiny.some((state) => state.drifting)).toBe(false);
  });

  it('ends the alarm when rows look like the baseline again, and starts afresh', () => {
    const back = run(
      start(),
      windows(60, (h) => (h >= 10 && h < 30 ? 0.6 : 0)),
    );
    expect(back[29]!.drifting).toBe(true);
    const ended = back.findIndex((state, i) => i >= 30 && !state.drifting);
    expect(ended).toBeGreaterThan(30);
    expect(ended).toBeLessThan(45);
    expect(back[ended]).toMatchObject({ onset: null, log_evidence: null });
  });

  it('goes on from stored JSON as if never stopped, and gives the same on replay', () => {
    const restarted = run(JSON.parse(JSON.stringify(states[20])), slow.slice(21), 21);
    expect(restarted.at(-1)).toEqual(states.at(-1));
    expect(run(start(), slow)).toEqual(states);
  });

  it('leaves the state it was given alone', () => {
    const before = JSON.stringify(states[5]);
    sequentialStep(states[5]!, slow[6]!, at(7));
    expect(JSON.stringify(states[5])).toBe(before);
  });

  it('keeps few possible onsets, however long it runs', () => {
    const long = run(
      start(),
      Array.from({ length: 900 }, (_, h) => slow[h % 24]!),
    );
    expect(Math.max(...long.map((state) => state.starts.length))).toBeLessThan(25);
    expect(Math.max(...long.at(-1)!.starts.map((s) => s.age))).toBeGreaterThan(300);
  });

  it('is slower to believe overdispersed rows', () => {
    const calm = sequentialStart(spec, countNumbers(spec, base), { phi: 5 });
    const evidence = (state: SequentialState) => run(state, slow.slice(24, 28)).at(-1)!.log_evidence!;
    expect(evidence(calm)).toBeLessThan(evidence(start()) / 2);
  });

  it('does not take the new names of a long tail for a drift', () => {
    const tail = Array.from({ length: 2000 }, (_, i) => `t${i}`);
    const names = categoricalSpec(['a'], tail);
    let state = sequentialStart(
      names,
      countNames(names, { a: 7000, ...Object.fromEntries(tail.map((t) => [t, 1])) }),
    );
    for (let h = 0; h < 100; h++) {
      state = sequentialStep(state, countNames(names, { a: 156, t1: 22, [`new${h}`]: 22 }), at(h + 1), at(h));
    }
    expect(state.drifting).toBe(false);
  });

  it('takes an empty window for none, and refuses one that came before', () => {
    const empty = sequentialStep(
      states[5]!,
      slow[0]!.map(() => 0),
      at(7),
    );
    expect(empty).toEqual({ ...states[5], last: at(7) });
    expect(() => sequentialStep(states[5]!, slow[6]!, at(6))).toThrow('feed windows once and in order');
    expect(() => sequentialStep(states[5]!, [1, 2], at(9))).toThrow('window: has 2 counts');
    expect(() => sequentialStart(spec, [1])).toThrow('baseline: has 1 counts');
    expect(() => sequentialStart(spec, countNumbers(spec, base), { delta: 0 })).toThrow('delta: is above 0');
  });
});
