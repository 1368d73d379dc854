import type { VerdictKind } from '@leeway/contract';
import { area, line } from 'd3-shape';
import { shorten, withUnit } from '../../lib/format';
import { axisTime } from '../../lib/time';
import { fraction, timeTicks } from './scale';
import { type LabelPlace, placeLabels } from './threshold-labels';
import type { LinePoint, Row, TimeSeriesDrawing } from './time-series';

/** A shape on a line: a bad verdict, a hollow point, or a dot without neighbours. */
export type Mark = { x: number; y: number; kind: VerdictKind | 'lone' };
export type LineLayout = { line: string; envelope: string; marks: Mark[] };
export type TimeSeriesLayout = {
  left: number;
  right: number;
  top: number;
  bottom: number;
  lines: LineLayout[];
  bands: { y: number; height: number; verdict: VerdictKind }[];
  /** `place` is null where the name would lie on another one. */
  thresholds: { y: number; text: string; verdict: VerdictKind | null; place: LabelPlace | null }[];
  /** `text` is empty where it would lie on another one. */
  markers: { x: number; text: string; end: boolean; dashed: boolean }[];
  xTicks: { x: number; text: string }[];
  yTicks: { y: number; text: string }[];
  /** Epoch milliseconds to pixels, and back. */
  x: (t: number) => number;
  t: (x: number) => number;
};

const CHARACTER = 6.2;
/** Room above the plot: a hair, or a line of text where marks have their names. */
const TOP = 8;
const NAMES = 14;

/** Everything of a time series in pixels, for a drawing of this size. */
export function layoutTimeSeries(
  drawing: TimeSeriesDrawing,
  bounds: { from: number; to: number },
  size: { width: number; height: number },
  zone: string,
): TimeSeriesLayout {
  const yTexts = drawing.scale.ticks.map((tick) => withUnit(tick, drawing.unit));
  const left = Math.min(80, 10 + Math.max(1, ...yTexts.map((text) => text.length)) * CHARACTER);
  const right = Math.max(left + 10, size.width - 6);
  const span = Math.max(1, bounds.to - bounds.from);
  const x = (t: number) => left + ((t - bounds.from) / span) * (right - left);
  const markers = layoutMarkers(drawing, bounds, x, right);
  const top = markers.length > 0 ? TOP + NAMES : TOP;
  const bottom = size.height - 20;
  const [low, high] = drawing.scale.domain;
  const y = (value: number) => bottom - fraction(value, drawing.scale.domain) * (bottom - top);
  const inside = drawing.rows.filter((row) => row.t >= bounds.from && row.t <= bounds.to);
  const lines = drawing.thresholds
    .filter(({ value }) => value >= low && value <= high)
    .map(({ value, name, verdict, reached }) => ({
      y: y(value),
      text: `${name} ${withUnit(value, drawing.unit)}`,
      verdict: reached ? verdict : null,
    }));
  const places = placeLabels(lines, { left, right, top, bottom });
  return {
    left,
    right,
    top,
    bottom,
    x,
    t: (px) => bounds.from + ((px - left) / (right - left)) * span,
    lines: drawing.names.map((_, at) => layoutLine(inside, at, x, y)),
    bands: drawing.bands.map((band) => ({
      y: y(Math.min(high, band.to)),
      height: y(band.from) - y(Math.min(high, band.to)),
      verdict: band.verdict,
    })),
    thresholds: lines.map((line, index) => ({ ...line, place: places[index] ?? null })),
    markers,
    xTicks: timeTicks(bounds.from, bounds.to, Math.max(2, Math.floor((right - left) / 80)), zone)
      .map((t) => ({ x: x(t), text: axisTime(t, zone, span) }))
      .filter((tick) => tick.x > left + 12 && tick.x < right - 12),
    yTicks: drawing.scale.ticks.map((tick, index) => ({ y: y(tick), text: yTexts[index] ?? '' })),
  };
}

/** The row whose time is nearest, by binary search; null without rows. */
export function nearestRow(rows: readonly Row[], t: number): Row | null {
  let low = 0;
  let high = rows.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.t ?? 0) <= t) low = middle;
    else high = middle;
  }
  const [a, b] = [rows[low], rows[high]];
  if (!a || !b) return a ?? b ?? null;
  return t - a.t <= b.t - t ? a : b;
}

/** Marks with their names, each to the right of its line, or to the left where the edge is near. */
function layoutMarkers(
  drawing: TimeSeriesDrawing,
  bounds: { from: number; to: number },
  x: (t: number) => number,
  right: number,
): TimeSeriesLayout['markers'] {
  let taken = Number.NEGATIVE_INFINITY;
  return drawing.markers
    .filter(({ t }) => t >= bounds.from && t <= bounds.to)
    .sort((a, b) => a.t - b.t)
    .map((marker) => {
      const at = x(marker.t);
      const room = short(marker.text).length * 5.6 + 8;
      const end = at + room > right;
      const from = end ? at - room : at;
      const fits = from >= taken;
      if (fits) taken = from + room;
      return { x: at, text: fits ? short(marker.text) : '', end, dashed: marker.kind === 'deploy' };
    });
}

function layoutLine(
  rows: readonly Row[],
  at: number,
  x: (t: number) => number,
  y: (value: number) => number,
): LineLayout {
  const points = rows.map((row) => ({ t: row.t, point: row.lines[at] ?? null }));
  type Point = (typeof points)[number];
  const path = line<Point>()
    .defined(({ point }) => point?.value != null)
    .x(({ t }) => round(x(t)))
    .y(({ point }) => round(y(point?.value ?? 0)));
  const ribbon = area<Point>()
    .defined(({ point }) => point?.value != null)
    .x(({ t }) => round(x(t)))
    .y0(({ point }) => round(y(point?.envelope?.[0] ?? point?.value ?? 0)))
    .y1(({ point }) => round(y(point?.envelope?.[1] ?? point?.value ?? 0)));
  const marks = points.flatMap(({ t, point }) => {
    const kind = markOf(point);
    return kind === null || point?.value == null ? [] : [{ x: round(x(t)), y: round(y(point.value)), kind }];
  });
  const enveloped = points.some(({ point }) => point?.envelope);
  return { line: path(points) ?? '', envelope: enveloped ? (ribbon(points) ?? '') : '', marks };
}

function markOf(point: LinePoint | null): Mark['kind'] | null {
  if (!point) return null;
  if (point.hollow) return 'insufficient_data';
  if (point.marked && point.verdict) return point.verdict;
  return point.lone ? 'lone' : null;
}

function short(text: string): string {
  return shorten(text, 26);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
