import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from './step.js';
import { type AlertMachine, INACTIVE, type Observation, type Timing } from './types.js';

const MINUTE = 60_000;
const timing: Timing = { forMs: 10 * MINUTE, keepFiringForMs: 5 * MINUTE };
const bad = (windowStart = 0): Observation => ({ kind: 'breach', value: 0.4, windowStart });
const good: Observation = { kind: 'clear', value: 0.01 };
const gap: Observation = { kind: 'between', value: 0.15 };
const few: Observation = { kind: 'insufficient', rows: 3, needed: 310 };
const none: Observation = { kind: 'no_data', since: 0 };
const broken: Observation = { kind: 'error', reason: 'the store is away' };

/** Runs `[minute, observation]` pairs and returns the last state and `minute from→to reason` lines. */
function play(script: [number, Observation][], rule = timing, from: AlertMachine = { ...INACTIVE }) {
  let state = from;
  const log: string[] = [];
  for (const [minute, observation] of script) {
    const result = step(state, observation, rule, minute * MINUTE);
    state = result.state;
    for (const t of result.transitions) log.push(`${minute} ${t.from}→${t.to} ${t.reason}`);
  }
  return { state, log };
}

describe('the alert state machine', () => {
  it('goes pending on a breach and fires when the breach has held for `for`', () => {
    expect(
      play([
        [0, bad()],
        [5, bad()],
        [10, bad()],
      ]).log,
    ).toEqual(['0 inactive→pending breach_started', '10 pending→firing held_for']);
  });

  it('fires at once when `for` is 0', () => {
    expect(play([[0, bad(-7)]], { ...timing, forMs: 0 }).log).toEqual(['0 inactive→firing breach_started']);
    expect(play([[0, bad(-7)]], { ...timing, forMs: 0 }).state.since).toBe(-7);
  });

  it('goes back to inactive when a pending alert clears', () => {
    expect(
      play([
        [0, bad()],
        [5, good],
      ]).log[1],
    ).toBe('5 pending→inactive recovered_before_for');
  });

  it.each([few, none, broken])(
    'pauses the timer of a pending alert without evidence ($kind)',
    (observation) => {
      const { log } = play([
        [0, bad()],
        [5, observation],
        [60, observation],
        [65, bad()],
        [69, bad()],
        [70, bad()],
      ]);
      expect(log).toEqual([
        '0 inactive→pending breach_started',
        '5 pending→pending evidence_paused',
        '65 pending→pending evidence_returned',
        '70 pending→firing held_for',
      ]);
    },
  );

  it.each([few, none, broken])('keeps a firing alert firing and marks it stale ($kind)', (observation) => {
    const { state, log } = play([
      [0, bad()],
      [10, bad()],
      [15, observation],
      [900, observation],
    ]);
    expect(log.slice(2)).toEqual(['15 firing→firing evidence_lost']);
    expect(state).toMatchObject({ phase: 'firing', evidence: observation.kind });
  });

  it('resolves after keep_firing_for of clear windows', () => {
    const { log } = play([
      [0, bad()],
      [10, bad()],
      [15, good],
      [19, good],
      [20, good],
    ]);
    expect(log.slice(2)).toEqual(['15 firing→firing recovery_started', '20 firing→resolved recovered']);
  });

  it.each([
    ['a breach', bad()],
    ['the gap', gap],
  ])('restarts keep_firing_for on %s', (_name, observation) => {
    const { log } = play([
      [0, bad()],
      [10, bad()],
      [15, good],
      [18, observation],
      [20, good],
      [24, good],
      [25, good],
    ]);
    expect(log.slice(2)).toEqual([
      '15 firing→firing recovery_started',
      '18 firing→firing recovery_interrupted',
      '20 firing→firing recovery_started',
      '25 firing→resolved recovered',
    ]);
  });

  it('starts recovery anew after evidence was lost on the way', () => {
    const { log } = play([
      [0, bad()],
      [10, bad()],
      [15, good],
      [18, few],
      [21, good],
      [26, good],
    ]);
    expect(log.slice(2)).toEqual([
      '15 firing→firing recovery_started',
      '18 firing→firing evidence_lost',
      '21 firing→firing recovery_started',
      '26 firing→resolved recovered',
    ]);
  });

  it.each(['rule_removed', 'baseline_replaced'] as const)(
    'resolves when the ground is gone (%s)',
    (reason) => {
      const { log } = play([
        [0, bad()],
        [10, bad()],
        [11, { kind: 'withdrawn', reason }],
      ]);
      expect(log[2]).toBe(`11 firing→resolved ${reason}`);
    },
  );

  it('resolves for lost ground also when the clock went back, and not before it fired', () => {
    const fired = play([
      [0, bad()],
      [10, bad()],
    ]).state;
    const { state } = step(fired, { kind: 'withdrawn', reason: 'rule_removed' }, timing, 3 * MINUTE);
    expect(state).toMatchObject({ phase: 'resolved', at: 10 * MINUTE, resolvedAt: 10 * MINUTE });
  });

  it('begins a new episode when a resolved alert breaches again', () => {
    const { state, log } = play([
      [0, bad()],
      [10, bad()],
      [15, good],
      [20, good],
      [30, bad(25)],
    ]);
    expect(log.at(-1)).toBe('30 resolved→pending breach_again');
    expect(state).toMatchObject({ episode: 2, since: 25, firedAt: null, resolvedAt: null });
  });

  it('moves nothing when the clock goes back', () => {
    const { state } = play([
      [0, bad()],
      [61, bad()],
    ]);
    for (const observation of [bad(), good, few, none, broken]) {
      expect(step(state, observation, timing, 1 * MINUTE)).toEqual({ state, transitions: [] });
    }
  });

  it('counts `for` through a restart of any length', () => {
    const before = play([[0, bad()]]).state;
    const replayed = JSON.parse(JSON.stringify(before)) as AlertMachine;
    expect(play([[5_000, bad()]], timing, replayed).log).toEqual(['5000 pending→firing held_for']);
  });

  it('never resolves but on enough clear windows in a row or a withdrawal, and never fires but on a breach', () => {
    const observation = fc.oneof(
      fc.constant(bad()),
      fc.constant(good),
      fc.constantFrom(gap, few, none, broken),
      fc.constantFrom<Observation>({ kind: 'withdrawn', reason: 'rule_removed' }),
    );
    const script = fc.array(fc.tuple(fc.integer({ min: -10, max: 20 }), observation), { maxLength: 60 });
    fc.assert(
      fc.property(script, (moves) => {
        let state: AlertMachine = { ...INACTIVE };
        let now = 0;
        let clearFrom: number | null = null;
        for (const [delta, seen] of moves) {
          now += delta * MINUTE;
          const result = step(state, seen, timing, now);
          if (now < state.at && seen.kind !== 'withdrawn') {
            expect(result.state).toBe(state);
            continue;
          }
          clearFrom = seen.kind === 'clear' ? (clearFrom ?? now) : null;
          for (const t of result.transitions) {
            if (t.to === 'resolved' && seen.kind !== 'withdrawn') {
              expect(seen.kind).toBe('clear');
              expect(now - clearFrom!).toBeGreaterThanOrEqual(timing.keepFiringForMs);
            }
            if (t.to === 'firing' && t.from !== 'firing') expect(seen.kind).toBe('breach');
          }
          // What memory knows and no journal entry says must not matter: only `at` may differ silently.
          if (result.transitions.length === 0) {
            const { at: _a, evidence: _e, ...rest } = result.state;
            const { at: _b, evidence: _f, ...old } = state;
            expect(rest).toEqual(old);
          }
          state = result.state;
        }
      }),
      { numRuns: 500 },
    );
  });
});
