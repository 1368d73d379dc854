import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type BinSpec,
  binCount,
  compileCategoricalBinner,
  compileJoint,
  compileNumericBinner,
  DEFAULT_JUDGE_SETTINGS,
  FINE_BINS,
  fitJoint,
  hourOfWeek,
  type JudgeInput,
  judgeSignals,
  meanAndCovariance,
  numericEdges,
  overdispersionWithin,
  seasonalReference,
} from '@leeway/stats';
import { query } from 'chdb';
import { type Random, random } from './detection-random.js';

/** Flights of January 2001, column by column. */
interface Flights {
  rows: number;
  ms: Float64Array;
  columns: { name: string; values: (number | string | null)[] }[];
}

interface Signal {
  name: string;
  spec: BinSpec;
  /** Bin of every flight. */
  bin: Uint16Array;
  /** Marks flights that a reference was fitted on: they are no part of the baseline's counts. */
  fitted?: Uint8Array;
}

const HOUR = 3_600_000;
const NAMES = ['delay', 'distance', 'origin', 'destination'];
/** The signal of the numeric features together. */
const JOINT = 'delay and distance';
const SIGNALS = [...NAMES, JOINT];
const FIT_ROWS = 20_000;

/** Real rows: random blocks (nothing drifts, so every alarm is false) and hours in time order. */
export function flightsReport(least: number): {
  rows: number;
  random_blocks: Record<string, { checks: number; alarms: number }>;
  time_order: Record<string, TimeOrder>;
} {
  const flights = january();
  const rng = random(2001);
  const blocks: Record<string, { checks: number; alarms: number }> = {};
  for (const rows of [100, 500, 5000]) blocks[rows] = randomBlocks(flights, rows, least, rng);
  return { rows: flights.rows, random_blocks: blocks, time_order: timeOrder(flights) };
}

/** The package exports no path of its own, so its folder is looked for where Node looks for packages. */
function flightsFile(): string {
  const folders = createRequire(import.meta.url).resolve.paths('vega-datasets') ?? [];
  const files = folders.map((folder) => join(folder, 'vega-datasets', 'data', 'flights-3m.parquet'));
  const file = files.find((path) => existsSync(path));
  if (file === undefined)
    throw new Error('flights-3m.parquet of the package vega-datasets is not installed: run npm ci');
  return file;
}

function january(): Flights {
  const file = flightsFile();
  const quoted = file.replaceAll("'", "\\'");
  const text = String(
    query(
      `SELECT toUnixTimestamp(date), ${NAMES.join(', ')} FROM file('${quoted}', Parquet) WHERE date < '2001-02-01' ORDER BY date`,
      'TSV',
    ),
  );
  const lines = text.split('\n').filter((line) => line !== '');
  const ms = new Float64Array(lines.length);
  const columns = NAMES.map((name) => ({ name, values: new Array<number | string | null>(lines.length) }));
  lines.forEach((line, row) => {
    const cells = line.split('\t');
    ms[row] = Number(cells[0]) * 1000;
    columns.forEach((column, c) => {
      const cell = cells[c + 1]!;
      const numeric = c < 2;
      column.values[row] = cell === '\\N' ? null : numeric ? Number(cell) : cell;
    });
  });
  return { rows: lines.length, ms, columns };
}

/** Bins from the flights at `baseline`, and the bin of every flight. */
function binned(flights: Flights, baseline: Uint32Array): Signal[] {
  const single = flights.columns.map(({ name, values }): Signal => {
    const numeric = name === 'delay' || name === 'distance';
    const spec = numeric
      ? numericSpec(baseline, values as (number | null)[])
      : categoricalSpec(baseline, values as (string | null)[]);
    const place = numeric ? compileNumericBinner(spec) : compileCategoricalBinner(spec);
    return { name, spec, bin: Uint16Array.from(values, (value) => (place as (v: unknown) => number)(value)) };
  });
  return [...single, jointSignal(flights, baseline)];
}

/** As a baseline is built: the reference is fitted on scattered rows, bins and counts come from the others. */
function jointSignal(flights: Flights, baseline: Uint32Array): Signal {
  const [delay, distance] = ['delay', 'distance'].map(
    (name) => flights.columns.find((column) => column.name === name)!.values as (number | null)[],
  );
  const fitted = new Uint8Array(flights.rows);
  const every = Math.max(2, Math.ceil(baseline.length / FIT_ROWS));
  const rng = random(1);
  const fit: number[][] = [];
  for (const row of baseline) {
    if (rng.uniform() * every >= 1) continue;
    fitted[row] = 1;
    if (delay![row] !== null && distance![row] !== null) fit.push([delay![row]!, distance![row]!]);
  }
  const { mean, covariance } = meanAndCovariance(fit)!;
  const far = compileJoint(fitJoint(['delay', 'distance'], mean, covariance));
  const pair = [0, 0];
  const values = delay!.map((x, row) => {
    const y = distance![row]!;
    if (x === null || y === null) return null;
    pair[0] = x;
    pair[1] = y;
    return far(pair);
  });
  const spec = numericSpec(
    baseline.filter((row) => fitted[row] === 0),
    values,
  );
  return { name: JOINT, spec, bin: Uint16Array.from(values, compileNumericBinner(spec)), fitted };
}

function numericSpec(baseline: Uint32Array, values: readonly (number | null)[]): BinSpec {
  const known: number[] = [];
  for (const row of baseline) if (values[row] !== null) known.push(values[row]!);
  const sorted = Float64Array.from(known).sort();
  const edges = numericEdges(sorted, FINE_BINS);
  return { kind: 'numeric', edges, min: sorted[0]!, max: sorted[sorted.length - 1]!, categories: [] };
}

function categoricalSpec(baseline: Uint32Array, values: readonly (string | null)[]): BinSpec {
  const seen = new Map<string, number>();
  for (const row of baseline) {
    const value = values[row];
    if (typeof value === 'string') seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  const sorted = [...seen].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return {
    kind: 'categorical',
    edges: [],
    min: null,
    max: null,
    categories: sorted.slice(0, 100).map(([name]) => name),
    tail: sorted.slice(100).map(([name]) => name),
    singletons: sorted.filter(([, rows]) => rows === 1).length,
  };
}

/** Counts of the baseline's flights (all that a reference was not fitted on). */
function baselineCounts(signal: Signal, rows: Iterable<number>): number[] {
  const { fitted } = signal;
  return countsOf(signal, fitted ? [...rows].filter((row) => fitted[row] === 0) : rows);
}

function countsOf(signal: Signal, rows: Iterable<number>): number[] {
  const counts = new Array<number>(binCount(signal.spec)).fill(0);
  for (const row of rows) counts[signal.bin[row]!]!++;
  return counts;
}

function isAlarm(verdict: string): boolean {
  return verdict === 'moderate' || verdict === 'significant';
}

/** Half of the flights at random is the baseline, the other half is dealt into windows, until enough were checked. */
function randomBlocks(
  flights: Flights,
  rows: number,
  least: number,
  rng: Random,
): { checks: number; alarms: number } {
  let checks = 0;
  let alarms = 0;
  while (checks < least) {
    const order = shuffled(flights.rows, rng);
    const half = flights.rows >>> 1;
    const signals = binned(flights, order.subarray(0, half));
    const baselines = signals.map((signal) => baselineCounts(signal, order.subarray(0, half)));
    for (let from = half; from + rows <= flights.rows && checks < least; from += rows) {
      const window = order.subarray(from, from + rows);
      const judged = judgeSignals(
        signals.map((signal, i) => ({
          signal: signal.name,
          spec: signal.spec,
          baseline: baselines[i]!,
          current: countsOf(signal, window),
        })),
        DEFAULT_JUDGE_SETTINGS,
      );
      checks += judged.length;
      alarms += judged.filter((one) => isAlarm(one.verdict)).length;
    }
  }
  return { checks, alarms };
}

function shuffled(n: number, rng: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(rng.uniform() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

interface TimeOrder {
  windows: number;
  alarms: Record<string, number>;
  /** Alarms by when the window is: at night (22–6 h), on a weekend's day, on a weekday's day. */
  when: { night: number; weekend: number; weekday: number };
  insufficient: number;
  phi: Record<string, number>;
}

/**
 * Hours in time order: 4–10 and 18–24 January are the baseline, every hour of 11–17 and 25–31 January is a window,
 * so both have every hour of the week twice. Judged against the whole baseline, against its same hours of the
 * week, and against those with the overdispersion that the baseline itself shows between equal hours.
 */
function timeOrder(flights: Flights): Record<string, TimeOrder> {
  const day = (row: number) => Math.floor((flights.ms[row]! - Date.UTC(2001, 0, 4)) / (24 * HOUR));
  const baselineRows: number[] = [];
  const hours = new Map<number, number[]>();
  for (let row = 0; row < flights.rows; row++) {
    const d = day(row);
    if (d < 0 || d >= 28) continue;
    if (d % 14 < 7) baselineRows.push(row);
    else {
      const hour = Math.floor(flights.ms[row]! / HOUR);
      const rows = hours.get(hour);
      if (rows === undefined) hours.set(hour, [row]);
      else rows.push(row);
    }
  }
  const baseline = Uint32Array.from(baselineRows);
  const signals = binned(flights, baseline);
  const whole = signals.map((signal) => baselineCounts(signal, baseline));
  const byHour = new Map<number, number[]>();
  for (const row of baseline) {
    const hour = Math.floor(flights.ms[row]! / HOUR);
    const rows = byHour.get(hour);
    if (rows === undefined) byHour.set(hour, [row]);
    else rows.push(row);
  }
  const seasonal = signals.map((signal) => seasonalOf(signal, byHour));
  const within = signals.map((signal) => {
    const groups = Array.from({ length: 168 }, (): number[][] => []);
    for (const [hour, rows] of byHour) groups[hourOfWeek(hour * HOUR)]!.push(baselineCounts(signal, rows));
    return overdispersionWithin(groups, signal.spec);
  });
  const judge = (phi: readonly number[], useSeason: boolean): TimeOrder => {
    const report: TimeOrder = {
      windows: hours.size,
      alarms: Object.fromEntries(SIGNALS.map((name) => [name, 0])),
      when: { night: 0, weekend: 0, weekday: 0 },
      insufficient: 0,
      phi: Object.fromEntries(SIGNALS.map((name, i) => [name, Number(phi[i]!.toFixed(2))])),
    };
    for (const [hour, rows] of hours) {
      const inputs = signals.map(
        (signal, i): JudgeInput => ({
          signal: signal.name,
          spec: signal.spec,
          baseline: whole[i]!,
          current: countsOf(signal, rows),
          phi: phi[i]!,
          reference: useSeason
            ? seasonalReference(seasonal[i]!, whole[i]!, hour * HOUR, (hour + 1) * HOUR)
            : { kind: 'all', counts: whole[i]! },
        }),
      );
      const ofDay = hour % 24;
      const ofWeek = hourOfWeek(hour * HOUR);
      const when = ofDay >= 22 || ofDay < 6 ? 'night' : ofWeek >= 120 ? 'weekend' : 'weekday';
      for (const one of judgeSignals(inputs, DEFAULT_JUDGE_SETTINGS)) {
        if (one.verdict === 'insufficient_data') report.insufficient++;
        if (!isAlarm(one.verdict)) continue;
        report.alarms[one.signal]!++;
        report.when[when]++;
      }
    }
    return report;
  };
  const independent = signals.map(() => 1);
  return {
    whole_baseline: judge(independent, false),
    same_hours: judge(independent, true),
    same_hours_with_phi: judge(within, true),
  };
}

function seasonalOf(
  signal: Signal,
  byHour: ReadonlyMap<number, number[]>,
): { hour: number; counts: number[] }[] {
  const rows = new Map<number, number[]>();
  for (const [hour, some] of byHour) {
    const ofWeek = hourOfWeek(hour * HOUR);
    rows.set(ofWeek, [...(rows.get(ofWeek) ?? []), ...some]);
  }
  return [...rows].map(([hour, some]) => ({ hour, counts: baselineCounts(signal, some) }));
}
