import {
  type Baseline,
  type BaselineSignal,
  DEFAULT_SETTINGS,
  type ModelSettings,
  type Verdict,
} from '@leeway/contract';
import type { EvaluationStore, ModelDirectory, SignalCounts } from './ports.js';

/** Two signals with 1,000 baseline rows each: `x` with ten even bins on 0..10, `color` with two categories. */
export function testBaseline(id = 'b1'): Baseline {
  const shared = { role: 'feature' as const, rows: 10_000, phi: 1, importance: null, seasonal: null };
  const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const x: BaselineSignal = {
    ...shared,
    signal: 'x',
    kind: 'numeric',
    edges,
    min: 0,
    max: 10,
    categories: [],
    counts: [0, 0, ...edges.map(() => 1_000), 1_000, 0],
    mean: 5,
    std: 2.9,
    quantiles: [0.1, 0.5, 2.5, 5, 7.5, 9.5, 9.9],
  };
  const color: BaselineSignal = {
    ...shared,
    signal: 'color',
    kind: 'categorical',
    edges: [],
    min: null,
    max: null,
    categories: ['red', 'blue'],
    counts: [0, 6_000, 4_000, 0, 0],
    mean: null,
    std: null,
    quantiles: null,
  };
  return {
    id,
    model: 'm',
    name: id,
    created_at: '2026-01-01T00:00:00.000Z',
    rows: 10_000,
    source: { file: 'train.csv', format: 'csv', bytes: 1 },
    signals: [x, color],
    left_out: [],
    warnings: [],
    latency: null,
    performance: null,
    span: null,
  };
}

export function testSettings(change: Partial<ModelSettings> = {}): ModelSettings {
  return { ...DEFAULT_SETTINGS, window_ms: 600_000, step_ms: 300_000, ...change };
}

const MINUTE = 60_000;

/** The evaluation store in memory: per-minute counts, as ClickHouse keeps them. */
export class MemoryStore implements EvaluationStore {
  readonly minutes = new Map<string, Map<number, Map<string, number[]>>>();
  readonly verdicts = new Map<string, Verdict>();
  readonly detectors = new Map<string, string>();
  queries = 0;
  /** Questions about states: detectors, last windows, first events. */
  opened = 0;

  /** Adds rows spread over the bins of each signal by `shares`, in one minute. */
  add(at: number, signal: string, counts: readonly number[], version = 'v1', segment = ''): void {
    const key = `${version}|${segment}`;
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const slice = this.minutes.get(key) ?? new Map<number, Map<string, number[]>>();
    this.minutes.set(key, slice);
    const signals = slice.get(minute) ?? new Map<string, number[]>();
    slice.set(minute, signals);
    const sums = signals.get(signal) ?? counts.map(() => 0);
    signals.set(
      signal,
      sums.map((sum, i) => sum + counts[i]!),
    );
  }

  async activeSlices(_model: string, from: number, to: number) {
    this.queries++;
    return [...this.minutes].flatMap(([key, minutes]) => {
      const [version, segment] = key.split('|') as [string, string];
      const events = [...minutes.keys()].filter((at) => at >= from && at < to).length;
      return events > 0 ? [{ version, segment, events }] : [];
    });
  }

  async fleetSlices(models: readonly string[], from: number, to: number) {
    const slices = await this.activeSlices('', from, to);
    return models.flatMap((model) => slices.map((slice) => ({ model, ...slice })));
  }

  async fleetHistograms(models: readonly { model: string; baseline: Baseline }[], from: number, to: number) {
    this.queries++;
    return models.flatMap(({ model }) =>
      [...this.minutes.keys()].flatMap((key) => {
        const [version, segment] = key.split('|') as [string, string];
        const counts = this.#sum(version, segment, from, to);
        return counts.size > 0 ? [{ model, version, segment, counts }] : [];
      }),
    );
  }

  async histogramBuckets(
    _m: string,
    _b: Baseline,
    version: string,
    segment: string,
    from: number,
    to: number,
    bucketMs: number,
  ) {
    this.queries++;
    const buckets = new Map<number, SignalCounts>();
    for (let start = from; start < to; start += bucketMs) {
      const sums = this.#sum(version, segment, start, Math.min(to, start + bucketMs));
      if (sums.size > 0) buckets.set(start, sums);
    }
    return buckets;
  }

  #sum(version: string, segment: string, from: number, to: number): Map<string, number[]> {
    const sums = new Map<string, number[]>();
    const minutes = this.minutes.get(`${version}|${segment}`);
    for (let at = Math.ceil(from / MINUTE) * MINUTE; at < to; at += MINUTE)
      for (const [signal, counts] of minutes?.get(at) ?? [])
        sums.set(
          signal,
          (sums.get(signal) ?? counts.map(() => 0)).map((sum, i) => sum + counts[i]!),
        );
    return sums;
  }

  async saveVerdicts(verdicts: readonly Verdict[]): Promise<void> {
    for (const one of verdicts)
      this.verdicts.set(
        [one.model, one.version, one.segment, one.signal, one.window_start, one.window_end].join('|'),
        one,
      );
  }

  async loadDetectors(models: readonly string[]) {
    this.opened++;
    return new Map(models.map((model) => [model, new Map(this.detectors)]));
  }

  async saveDetectors(_model: string, states: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, state] of states) this.detectors.set(key, state);
  }

  async spans(models: readonly string[]) {
    this.opened++;
    const minutes = [...this.minutes.values()].flatMap((slice) => [...slice.keys()]);
    const span = { first: Math.min(...minutes), last: Math.max(...minutes) };
    return new Map(minutes.length === 0 ? [] : models.map((model) => [model, span]));
  }

  async lastEvaluated(models: readonly { model: string; baseline: string }[]) {
    this.opened++;
    return new Map(
      models.flatMap(({ model, baseline }) => {
        const ends = [...this.verdicts.values()]
          .filter((one) => one.model === model && one.baseline === baseline)
          .map((one) => Date.parse(one.window_end));
        return ends.length === 0 ? [] : [[model, Math.max(...ends)] as const];
      }),
    );
  }
}

export function directoryOf(entry: ReturnType<ModelDirectory['models']>[number]): ModelDirectory {
  return { models: () => [entry] };
}
