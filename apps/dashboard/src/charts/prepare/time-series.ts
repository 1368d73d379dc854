import type { Marker, Series, VerdictKind } from '@leeway/contract';
import { type ValueScale, valueScale } from './scale';
import type { ChartTable } from './table';

/** One line of a chart at one time. `envelope` is left out where it would not be seen. */
export type LinePoint = {
  value: number | null;
  envelope: [number, number] | null;
  n: number;
  verdict: VerdictKind | null;
  /** Too few events to judge: drawn hollow. */
  hollow: boolean;
  /** Draw the verdict's shape here: where a bad verdict begins, and now and then while it lasts. */
  marked: boolean;
  /** A point without neighbours: a line would not show it, so it is drawn as a dot. */
  lone: boolean;
};

/** All lines at one time; index i belongs to series i. */
export type Row = { t: number; lines: (LinePoint | null)[] };
/** `reached`: some value went beyond it; until then it is drawn without its colour, so that rest looks like rest. */
export type Threshold = { name: string; value: number; verdict: VerdictKind | null; reached: boolean };
export type Band = { from: number; to: number; verdict: VerdictKind };

export type TimeSeriesDrawing = {
  rows: Row[];
  names: string[];
  unit: string;
  scale: ValueScale;
  thresholds: Threshold[];
  /** Areas of the value axis that mean a verdict, from the reached thresholds named after one. */
  bands: Band[];
  markers: { t: number; kind: Marker['kind']; text: string }[];
  /** Nothing but gaps. */
  empty: boolean;
};

/**
 * Joins series that share a time axis and unit into what the chart draws. Bad numbers become gaps, and so does the
 * newest bucket of a rate while it is still filling (it ends after `now`, epoch ms): it would look like a collapse.
 */
export function prepareTimeSeries(
  series: readonly Series[],
  markers: readonly Marker[],
  now = Number.POSITIVE_INFINITY,
): TimeSeriesDrawing {
  const rows = new Map<number, Row>();
  series.forEach((one, at) => {
    const every = Math.ceil(one.points.length / MARKS);
    one.points.forEach((point, index) => {
      let row = rows.get(point.t);
      if (!row) {
        row = { t: point.t, lines: series.map(() => null) };
        rows.set(point.t, row);
      }
      const filling = RATES.has(one.metric) && point.t + one.bucket_ms > now;
      const value = filling ? null : finite(point.value);
      const min = finite(point.min);
      const max = finite(point.max);
      row.lines[at] = {
        value,
        envelope: value !== null && min !== null && max !== null && min < max ? [min, max] : null,
        n: point.n,
        verdict: point.verdict,
        hollow: value !== null && DRIFT.has(one.metric) && point.verdict === 'insufficient_data',
        marked:
          value !== null &&
          DRIFT.has(one.metric) &&
          isBad(point.verdict) &&
          (one.points[index - 1]?.verdict !== point.verdict || index % every === 0),
        lone:
          value !== null &&
          finite(one.points[index - 1]?.value) === null &&
          finite(one.points[index + 1]?.value) === null,
      };
    });
  });
  const ordered = [...rows.values()].sort((a, b) => a.t - b.t);
  // What too few events make of a statistic goes beyond no threshold: it could be chance.
  const thresholds = uniqueThresholds(series, highestOf(extent(ordered, (line) => !line.hollow)));
  // A share of next to nothing gets an axis of one percent: it should look like nothing.
  const least = series[0]?.unit === 'share' ? [0.01] : [];
  const start = series.some(({ metric }) => SIGNED.has(metric)) ? 'zero' : 'floor';
  const reach = [...extent(ordered), ...least, ...thresholds.map(({ value }) => value * 1.1)];
  const scale = valueScale(reach, 4, start);
  return {
    rows: ordered,
    names: series.map(({ metric }) => metricName(metric)),
    unit: series[0]?.unit ?? '',
    scale,
    thresholds,
    bands: verdictBands(thresholds, scale.domain[1]),
    markers: markers.map(({ at, kind, text }) => ({ t: Date.parse(at), kind, text })),
    empty: ordered.every((row) => row.lines.every((line) => line === null || line.value === null)),
  };
}

/** The same data as a table: one row a time, value, envelope and sample size of every line. */
export function timeSeriesTable(drawing: TimeSeriesDrawing): ChartTable {
  const unit = drawing.unit ? ` (${drawing.unit})` : '';
  return {
    columns: [
      'time (UTC)',
      ...drawing.names.flatMap((name) => [`${name}${unit}`, `${name} min`, `${name} max`, `${name} events`]),
    ],
    rows: drawing.rows.map((row) => [
      new Date(row.t).toISOString(),
      ...row.lines.flatMap((line) => [
        line?.value ?? null,
        line?.envelope?.[0] ?? line?.value ?? null,
        line?.envelope?.[1] ?? line?.value ?? null,
        line?.n ?? null,
      ]),
    ]),
  };
}

/** What a metric is called on screen. */
export function metricName(metric: string): string {
  return NAMES[metric] ?? metric.replaceAll('_', ' ');
}

const NAMES: Record<string, string> = {
  psi: 'PSI',
  ks: 'KS',
  js: 'JS',
  latency_p50: 'P50',
  latency_p95: 'P95',
  latency_p99: 'P99',
  mae: 'MAE',
  rmse: 'RMSE',
  auc: 'AUC',
  f1: 'F1',
};

/** Metrics that may truly be negative; an axis of any other never goes below zero. */
const SIGNED: ReadonlySet<string> = new Set(['bias']);
/** Metrics that a verdict is about; on others its shape would say what the line does not. */
const DRIFT: ReadonlySet<string> = new Set(['psi', 'ks', 'js']);
/** Metrics that add up over a bucket. */
const RATES: ReadonlySet<string> = new Set([
  'throughput',
  'errors',
  'rejected',
  'tokens_input',
  'tokens_output',
  'cost',
]);

/** Shapes along a line at most, beside those where a verdict begins. */
const MARKS = 40;

function isBad(verdict: VerdictKind | null): boolean {
  return verdict === 'moderate' || verdict === 'significant' || verdict === 'drifting';
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function* extent(
  rows: readonly Row[],
  counts: (line: LinePoint) => boolean = () => true,
): Generator<number | null | undefined> {
  for (const row of rows)
    for (const line of row.lines) {
      if (!line || !counts(line)) continue;
      yield line.value;
      yield line.envelope?.[0];
      yield line.envelope?.[1];
    }
}

function highestOf(values: Iterable<number | null | undefined>): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value !== null && value !== undefined && value > highest) highest = value;
  return highest;
}

function uniqueThresholds(series: readonly Series[], highest: number): Threshold[] {
  const seen = new Map<string, Threshold>();
  for (const { thresholds } of series)
    for (const { name, value } of thresholds)
      if (Number.isFinite(value))
        seen.set(`${name} ${value}`, {
          name,
          value,
          verdict: name === 'moderate' || name === 'significant' ? name : null,
          reached: highest > value,
        });
  return [...seen.values()].sort((a, b) => a.value - b.value);
}

function verdictBands(thresholds: readonly Threshold[], top: number): Band[] {
  const named = thresholds.filter((threshold) => threshold.verdict !== null && threshold.reached);
  return named.flatMap(({ value, verdict }, index) => {
    const to = named[index + 1]?.value ?? top;
    return verdict !== null && to > value ? [{ from: value, to, verdict }] : [];
  });
}
