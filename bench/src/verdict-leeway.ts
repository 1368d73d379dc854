import {
  type BinSpec,
  binCount,
  compileNumericBinner,
  DEFAULT_JUDGE_SETTINGS,
  FINE_BINS,
  judgeSignals,
  numericEdges,
} from '@leeway/stats';
import type { Columns } from './verdict-rows.js';

const MINUTES = 60;

export interface LeewayTimes {
  /** Merging the window's minute histograms and judging all signals, milliseconds. */
  judge_ms: number;
  /** Counting all values into bins on one core, which ingest does as rows arrive, milliseconds. */
  count_ms: number;
  verdicts: string[];
}

/** Counts a window into minute histograms, as ingest stores them, then times the verdict on them. */
export function timeLeeway(baseline: Columns, current: Columns, repeats: number): LeewayTimes {
  const signals = baseline.columns.map((values) => {
    const spec = specOf(values);
    return { spec, baseline: countRows(spec, values, 0, values.length) };
  });
  const started = performance.now();
  const minutes = signals.map(({ spec }, i) =>
    Array.from({ length: MINUTES }, (_, minute) => {
      const from = Math.floor((current.rows * minute) / MINUTES);
      const to = Math.floor((current.rows * (minute + 1)) / MINUTES);
      return countRows(spec, current.columns[i]!, from, to);
    }),
  );
  const count_ms = performance.now() - started;
  const times: number[] = [];
  let verdicts: string[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    const judged = judgeSignals(
      signals.map((signal, s) => ({ signal: `f${s}`, ...signal, current: merged(minutes[s]!) })),
      DEFAULT_JUDGE_SETTINGS,
    );
    times.push(performance.now() - start);
    verdicts = judged.map((one) => one.verdict);
  }
  times.sort((a, b) => a - b);
  return { judge_ms: times[times.length >>> 1]!, count_ms, verdicts };
}

function specOf(values: Float64Array): BinSpec {
  const sorted = values.slice().sort();
  const edges = numericEdges(sorted, FINE_BINS);
  return { kind: 'numeric', edges, min: sorted[0]!, max: sorted[sorted.length - 1]!, categories: [] };
}

function countRows(spec: BinSpec, values: Float64Array, from: number, to: number): number[] {
  const binner = compileNumericBinner(spec);
  const counts = new Array<number>(binCount(spec)).fill(0);
  for (let i = from; i < to; i++) counts[binner(values[i]!)]!++;
  return counts;
}

function merged(histograms: readonly number[][]): number[] {
  const sum = new Array<number>(histograms[0]!.length).fill(0);
  for (const histogram of histograms) for (let i = 0; i < sum.length; i++) sum[i]! += histogram[i]!;
  return sum;
}
