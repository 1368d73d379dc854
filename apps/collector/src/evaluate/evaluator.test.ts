import type { Verdict } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { Evaluator } from './evaluator.js';
import type { ModelDirectory } from './ports.js';
import { MemoryStore, testBaseline, testSettings } from './testing.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const noon = Date.parse('2026-03-02T12:00:00Z');
/** Like the baseline: 10 a bin. */
const SAME = [0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0];
/** The same shape, three bins further up; a third lies above all that training showed. */
const MOVED = [0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10, 30];

function setUp() {
  const store = new MemoryStore();
  const heard: Verdict[] = [];
  const clock = { now: noon };
  const entry: ReturnType<ModelDirectory['models']>[number] = {
    model: 'm',
    settings: testSettings(),
    baseline: testBaseline(),
  };
  const make = () =>
    new Evaluator({
      store,
      directory: { models: () => [entry] },
      listener: { judged: (_model, verdicts) => void heard.push(...verdicts) },
      log: {
        info: () => {},
        warn: (fields) => {
          throw (fields as { err?: unknown }).err ?? fields;
        },
      },
      now: () => clock.now,
      everyMs: 5_000,
      catchUpMs: 400 * 24 * HOUR,
    });
  const fill = (from: number, to: number, counts: readonly number[]) => {
    for (let at = from; at < to; at += MINUTE) {
      store.add(at, 'x', counts);
      store.add(at, 'color', [0, 60, 40, 0, 0]);
    }
  };
  const verdictsOf = (signal: string) =>
    [...store.verdicts.values()]
      .filter((one) => one.signal === signal)
      .sort((a, b) => a.window_end.localeCompare(b.window_end));
  return { store, heard, clock, entry, make, fill, verdictsOf };
}

async function settle(evaluator: Evaluator, clock: { now: number }, rounds = 3): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    await evaluator.run();
    clock.now += 11_000;
  }
}

describe('the evaluator', () => {
  it('judges all of a history, of which only the newest window may alert', async () => {
    const { clock, make, fill, verdictsOf, heard } = setUp();
    fill(noon - 2 * HOUR, noon, SAME);
    clock.now = noon + 3_000;
    await settle(make(), clock);
    const verdicts = verdictsOf('x');
    // First window ends one step after the first event; the last at noon.
    expect(verdicts).toHaveLength(24);
    expect(verdicts.filter((one) => !one.historical).map((one) => one.window_end)).toEqual([
      new Date(noon).toISOString(),
    ]);
    expect(verdicts.at(-1)?.n_current).toBe(1_000);
    expect(new Set(verdicts.slice(2).map((one) => one.verdict))).toEqual(new Set(['stable']));
    expect(heard).toHaveLength(48);
  });

  it('sees a drift in its window and says which way', async () => {
    const { clock, make, fill, verdictsOf } = setUp();
    fill(noon - HOUR, noon - 10 * MINUTE, SAME);
    fill(noon - 10 * MINUTE, noon, MOVED);
    clock.now = noon + 3_000;
    await settle(make(), clock);
    const last = verdictsOf('x').at(-1)!;
    expect(last.verdict).toBe('significant');
    expect(last.direction?.way).toBe('up');
    expect(verdictsOf('color').at(-1)?.verdict).toBe('stable');
  });

  it('judges windows again when late events land in them, as history', async () => {
    const { clock, make, fill, verdictsOf } = setUp();
    fill(noon - HOUR, noon, SAME);
    clock.now = noon + 3_000;
    const evaluator = make();
    await settle(evaluator, clock);
    fill(noon - 30 * MINUTE, noon - 20 * MINUTE, MOVED);
    evaluator.arrived('m', noon - 30 * MINUTE, noon - 20 * MINUTE);
    await settle(evaluator, clock, 4);
    const hit = verdictsOf('x').find((one) => one.window_end === new Date(noon - 20 * MINUTE).toISOString())!;
    expect(hit.n_current).toBe(2_000);
    expect(hit.verdict).toBe('significant');
    expect(hit.historical).toBe(true);
  });

  it('judges again what came just while it was judged, or while its state was opened', async () => {
    for (const moment of ['fleetHistograms', 'spans', 'lastEvaluated'] as const) {
      const { store, clock, make, fill, verdictsOf } = setUp();
      fill(noon - HOUR, noon - 2 * MINUTE, SAME);
      clock.now = noon + 3_000;
      const evaluator = make();
      const asked = store[moment].bind(store) as (...args: unknown[]) => Promise<unknown>;
      let once = true;
      const answered = async (...args: unknown[]) => {
        const answer = await asked(...args);
        if (once) {
          once = false;
          fill(noon - 3 * HOUR, noon - 2 * HOUR, SAME);
          evaluator.arrived('m', noon - 3 * HOUR, noon - 2 * HOUR);
          fill(noon - 2 * MINUTE, noon, SAME);
          evaluator.arrived('m', noon - 2 * MINUTE, noon);
        }
        return answer;
      };
      Object.assign(store, { [moment]: answered });
      await settle(evaluator, clock, 5);
      const ends = verdictsOf('x');
      expect(ends.at(-1), moment).toMatchObject({
        window_end: new Date(noon).toISOString(),
        n_current: 1_000,
      });
      const old = ends.find((one) => one.window_end === new Date(noon - 2.5 * HOUR).toISOString());
      expect(old?.n_current, moment).toBe(1_000);
    }
  });

  it('goes on after a restart where it stood, and with what still waited', async () => {
    const { store, clock, make, fill, verdictsOf } = setUp();
    fill(noon - 3 * HOUR, noon, SAME);
    clock.now = noon + 3_000;
    const first = make();
    await first.run();
    fill(noon - 3 * HOUR, noon - HOUR, MOVED);
    first.arrived('m', noon - 3 * HOUR, noon - HOUR);
    await first.close();
    expect(store.detectors.has('@pending')).toBe(true);
    clock.now += 11 * MINUTE;
    await settle(make(), clock);
    const old = verdictsOf('x').find((one) => one.window_end === new Date(noon - 2 * HOUR).toISOString())!;
    expect(old.n_current).toBe(2_000);
    expect(verdictsOf('x').at(-1)?.window_end).toBe(new Date(noon + 10 * MINUTE).toISOString());
  });

  it('writes one round of no_data for who fell silent, then nothing', async () => {
    const { clock, make, fill, verdictsOf } = setUp();
    fill(noon - HOUR, noon, SAME);
    const evaluator = make();
    for (clock.now = noon + 3_000; clock.now < noon + 40 * MINUTE; clock.now += 60_000) await evaluator.run();
    const silent = verdictsOf('x').filter((one) => one.verdict === 'no_data');
    expect(silent.map((one) => one.window_end)).toEqual([
      new Date(noon + 10 * MINUTE).toISOString(),
      new Date(noon + 15 * MINUTE).toISOString(),
    ]);
  });

  it('judges history anew against a new baseline, once its events are counted', async () => {
    const { clock, make, fill, verdictsOf, entry } = setUp();
    fill(noon - HOUR, noon, SAME);
    clock.now = noon + 3_000;
    const evaluator = make();
    await settle(evaluator, clock);
    Object.assign(entry, { baseline: testBaseline('b2'), counting: true });
    await settle(evaluator, clock);
    expect(new Set(verdictsOf('x').map((one) => one.baseline))).toEqual(new Set(['b1']));
    Object.assign(entry, { counting: false });
    await settle(evaluator, clock);
    expect(new Set(verdictsOf('x').map((one) => one.baseline))).toEqual(new Set(['b2']));
  });

  it('never judges events that claim to come from the future', async () => {
    const { clock, make, fill, verdictsOf } = setUp();
    fill(noon + HOUR, noon + 2 * HOUR, MOVED);
    clock.now = noon + 3_000;
    await settle(make(), clock);
    expect(verdictsOf('x')).toEqual([]);
  });

  it('keeps the sequential detectors over a restart and calls a small steady drift drifting', async () => {
    const { store, clock, make, fill, verdictsOf, entry } = setUp();
    entry.settings = testSettings({ window_ms: 300_000, step_ms: 300_000 });
    // De-biased PSI of about 0.085: below the moderate band in every window.
    const slight = [0, 0, 6, 6, 7, 9, 10, 10, 11, 13, 14, 14, 0];
    fill(noon - 20 * HOUR, noon - 10 * HOUR, SAME);
    clock.now = noon - 10 * HOUR + 3_000;
    await settle(make(), clock);
    expect(verdictsOf('x').some((one) => one.verdict === 'drifting')).toBe(false);
    expect([...store.detectors.keys()].some((key) => key.startsWith('["sequential"'))).toBe(true);
    fill(noon - 10 * HOUR, noon, slight);
    clock.now = noon + 60_000;
    await settle(make(), clock);
    const last = verdictsOf('x').at(-1)!;
    expect(last.verdict).toBe('drifting');
    const onset = Date.parse(last.sequential!.onset!);
    expect(Math.abs(onset - (noon - 10 * HOUR))).toBeLessThan(HOUR);
    expect(
      verdictsOf('x').find((one) => one.window_end === new Date(noon - 11 * HOUR).toISOString())?.verdict,
    ).toBe('stable');
  });

  it('begins the detectors anew when the length of windows changes', async () => {
    const { store, clock, make, fill, entry } = setUp();
    fill(noon - 5 * HOUR, noon, SAME);
    clock.now = noon + 70_000;
    const evaluator = make();
    await settle(evaluator, clock);
    const period = () =>
      [...store.detectors]
        .filter(([key]) => key.startsWith('["sequential"'))
        .map(([, text]) => (JSON.parse(text) as { periodMs: number }).periodMs);
    expect(period()).toEqual([600_000]);
    entry.settings = testSettings({ window_ms: HOUR, step_ms: 300_000 });
    clock.now = noon + 10 * MINUTE;
    await settle(evaluator, clock);
    expect(period()).toEqual([HOUR]);
  });

  it('judges versions apart', async () => {
    const { store, clock, make, fill } = setUp();
    fill(noon - HOUR, noon, SAME);
    for (let at = noon - HOUR; at < noon; at += MINUTE) store.add(at, 'x', MOVED, 'v2');
    clock.now = noon + 3_000;
    await settle(make(), clock);
    const last = [...store.verdicts.values()].filter(
      (one) => one.signal === 'x' && one.window_end === new Date(noon).toISOString(),
    );
    expect(Object.fromEntries(last.map((one) => [one.version, one.verdict]))).toEqual({
      v1: 'stable',
      v2: 'significant',
    });
  });

  it('opens a fleet with a few questions, and asks once a run for all that wait for their first event', async () => {
    const { store, clock } = setUp();
    const fleet = Array.from({ length: 200 }, (_, i) => ({
      model: `m${i}`,
      settings: testSettings(),
      baseline: testBaseline(),
    }));
    const evaluator = new Evaluator({
      store,
      directory: { models: () => fleet },
      listener: { judged: () => undefined },
      log: { info: () => {}, warn: (fields) => expect.fail(JSON.stringify(fields)) },
      now: () => clock.now,
      everyMs: 5_000,
      catchUpMs: HOUR,
    });
    await evaluator.run();
    expect(store.opened).toBeLessThan(20);
    store.opened = 0;
    await evaluator.run();
    expect(store.opened).toBe(1);
    store.add(noon - MINUTE, 'x', SAME);
    clock.now += HOUR;
    await evaluator.run();
    store.opened = 0;
    expect((await evaluator.run()).failed).toEqual([]);
    expect(store.opened).toBe(0);
  });

  it('judges and tells of the rest of a fleet when one model cannot be judged or its verdicts told', async () => {
    const { store, clock, fill } = setUp();
    fill(noon - 20 * MINUTE, noon, SAME);
    clock.now = noon + 3_000;
    const fleet = ['a', 'bad', 'deaf', 'z'].map((model) => ({
      model,
      settings: testSettings(),
      baseline: testBaseline(),
    }));
    fleet[1]!.settings = testSettings({ moderate: 0.3, significant: 0.2 });
    const heard = new Set<string>();
    const warned: unknown[] = [];
    const evaluator = new Evaluator({
      store,
      directory: { models: () => fleet },
      listener: {
        judged: (model) => {
          if (model === 'deaf') throw new Error('no room');
          heard.add(model);
        },
      },
      log: { info: () => {}, warn: (fields) => warned.push(fields) },
      now: () => clock.now,
      everyMs: 5_000,
      catchUpMs: HOUR,
    });
    expect(new Set((await evaluator.run()).failed)).toEqual(new Set(['bad', 'deaf']));
    expect([...heard].sort()).toEqual(['a', 'z']);
    expect(warned).toContainEqual(expect.objectContaining({ models: ['bad'], count: 1 }));
    expect(new Set([...store.verdicts.values()].map(({ model }) => model))).toEqual(
      new Set(['a', 'deaf', 'z']),
    );
    fleet[1]!.settings = testSettings();
    await evaluator.run();
    expect([...store.verdicts.values()].some(({ model }) => model === 'bad')).toBe(true);
  });

  it('answers a long history with few questions to the store', async () => {
    const { store, clock, make, fill } = setUp();
    fill(noon - 100 * HOUR, noon, SAME);
    clock.now = noon + 3_000;
    await settle(make(), clock);
    expect(store.verdicts.size).toBe(2 * 1_200);
    expect(store.queries).toBeLessThan(60);
  });
});
