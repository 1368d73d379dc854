import type { BacktestEpisode, BacktestResult, Series } from '@leeway/contract';
import { scaleLinear } from 'd3-scale';
import { valueScale } from '../../charts/prepare/scale';
import type { ChartTable } from '../../charts/prepare/table';
import { signalName } from '../../lib/signal-name';

export type Stretch = { x0: number; x1: number; fired: boolean; title: string };
export type Lane = { name: string; stretches: Stretch[] };
export type BacktestDrawing = {
  left: number;
  right: number;
  /** Time to pixels; times outside of the range stick to its ends. */
  x: (t: number) => number;
  value: { path: string; y: (v: number) => number; ticks: number[]; height: number } | null;
  lanes: Lane[];
  /** Lanes that are not drawn. */
  more: number;
};

/** Lanes drawn at most; the table has every episode. */
const MOST_LANES = 12;

/** Pixels of a backtest: the metric over time (if there is one) above, a lane for each alert below. */
export function drawBacktest(
  result: BacktestResult,
  series: Series | null,
  threshold: number | null,
  width: number,
  height: number,
): BacktestDrawing {
  const left = 56;
  const right = Math.max(left + 10, width - 8);
  const from = Date.parse(result.from);
  const to = Math.max(from + 1, Date.parse(result.to));
  const scale = scaleLinear().domain([from, to]).range([left, right]).clamp(true);
  const lanes = new Map<string, Lane>();
  for (const episode of result.episodes) {
    const name = laneName(episode);
    const lane = lanes.get(name) ?? { name, stretches: [] };
    lane.stretches.push(...stretchesOf(episode, to, scale));
    lanes.set(name, lane);
  }
  const all = [...lanes.values()];
  return {
    left,
    right,
    x: scale,
    value: series ? valueLine(series, threshold, scale, height) : null,
    lanes: all.slice(0, MOST_LANES),
    more: Math.max(0, all.length - MOST_LANES),
  };
}

/** Every episode as a row. */
export function backtestTable(result: BacktestResult): ChartTable {
  return {
    columns: [
      'signal',
      'version',
      'segment',
      'pending (UTC)',
      'fired (UTC)',
      'resolved (UTC)',
      'firing (s)',
      'peak',
      'ended by',
    ],
    rows: result.episodes.map((one) => [
      one.signal,
      one.version,
      one.segment,
      one.pending_at,
      one.fired_at,
      one.resolved_at,
      Math.round(one.duration_ms / 1_000),
      one.peak,
      one.reason,
    ]),
  };
}

/** What an episode is about: signal, version and segment, whichever there are. */
export function laneName({ signal, version, segment }: BacktestEpisode): string {
  const names = [signal && signalName(signal), version && `version ${version}`, segment];
  return names.filter(Boolean).join(', ') || 'the model';
}

function stretchesOf(episode: BacktestEpisode, end: number, x: (t: number) => number): Stretch[] {
  const pending = Date.parse(episode.pending_at);
  const fired = episode.fired_at === null ? null : Date.parse(episode.fired_at);
  const over = episode.resolved_at === null ? end : Date.parse(episode.resolved_at);
  // A stretch of seconds in a week still has to be seen.
  const wide = (x0: number, x1: number) => ({ x0, x1: Math.max(x1, x0 + 2) });
  const stretches: Stretch[] = [];
  if (fired === null || fired > pending)
    stretches.push({ ...wide(x(pending), x(fired ?? over)), fired: false, title: 'pending' });
  if (fired !== null) stretches.push({ ...wide(x(fired), x(over)), fired: true, title: 'firing' });
  return stretches;
}

function valueLine(series: Series, threshold: number | null, x: (t: number) => number, height: number) {
  const values = series.points.flatMap(({ value, max }) => [value, max]);
  const { domain, ticks } = valueScale([...values, threshold === null ? null : threshold * 1.15], 3);
  const y = scaleLinear()
    .domain(domain)
    .range([height - 4, 8]);
  let path = '';
  let before: number | null = null;
  series.points.forEach(({ t, value }, index) => {
    const own = value !== null && Number.isFinite(value) ? value : null;
    if (own !== null) {
      const after = series.points[index + 1]?.value ?? null;
      path += `${before === null ? 'M' : 'L'}${x(t).toFixed(1)} ${y(own).toFixed(1)}`;
      // A value without neighbours would not show: a stroke of no length has round ends that do.
      if (before === null && after === null) path += 'h0.1';
    }
    before = own;
  });
  return { path, y: (v: number) => y(v), ticks, height };
}
