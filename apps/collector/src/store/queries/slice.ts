import { join, raw, type Sql, second, sql } from '../sql.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../types.js';

/** A half-open time range in epoch ms. */
export interface Range {
  from: number;
  to: number;
}
/** Production events of one model: all versions when `version` is undefined, all events when `segment` is ''. */
export interface SliceKey extends Range {
  model: string;
  version?: string;
  segment: string;
}

/** How far the hourly tables go, as moments (epoch ms) before which hours are there. */
export interface Horizon {
  /** Every hour was rolled up once; events that came later may not be in it yet. For ranges too long for minutes. */
  rolled: number;
  /** Nothing came since an hour was rolled up, so that it says exactly what its minutes say. */
  settled: number;
  /** Every day was made from its hours, as `rolled` says of hours; a start of a day. */
  days: number;
}

/** `AND version = …` where the slice names one. */
export function andVersion(version: string | undefined): Sql {
  return version === undefined ? sql`` : sql`AND version = ${version}`;
}

/** Rows of `events` in a slice; a segment is `tag=value`. */
export function eventsWhere(key: SliceKey): Sql {
  const cut = key.segment.indexOf('=');
  const tag =
    key.segment === '' ? sql`` : sql`AND tags[${key.segment.slice(0, cut)}] = ${key.segment.slice(cut + 1)}`;
  return sql`model = ${key.model} ${andVersion(key.version)} ${tag}
    AND ts >= fromUnixTimestamp64Milli(toInt64(${Math.round(key.from)})) AND ts < fromUnixTimestamp64Milli(toInt64(${Math.round(key.to)}))`;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((m) => m * MINUTE_MS);

/** The smallest even step that cuts the range into at most `most` buckets. */
export function stepFor(range: Range, most: number): number {
  const wanted = (range.to - range.from) / Math.max(1, most);
  const step = STEPS.find((candidate) => candidate >= wanted);
  if (step !== undefined) return step;
  const week = STEPS[STEPS.length - 1]!;
  return Math.ceil(wanted / week) * week;
}

/** Starts of the buckets that touch the range, oldest first, on multiples of the step. */
export function bucketStarts(range: Range, step: number): number[] {
  const starts: number[] = [];
  for (let t = Math.floor(range.from / step) * step; t < range.to; t += step) starts.push(t);
  return starts;
}

/** Ranges longer than this are drawn in hours at the finest, and read from hours from their first hour on. */
const LONG_RANGE_MS = 3 * DAY_MS;

/** `stepFor` for counts that hours can answer: whole hours in long ranges. */
export function countStep(range: Range, most: number): number {
  const step = stepFor(range, most);
  return range.to - range.from > LONG_RANGE_MS ? Math.max(step, HOUR_MS) : step;
}

/** Finest steps that series look at for their envelopes: minutes, and hours in long ranges. */
export function envelopeStep(range: Range): number {
  return range.to - range.from > LONG_RANGE_MS ? HOUR_MS : MINUTE_MS;
}

/**
 * The rows of a table of counts for a range as a subquery with `at` (DateTime) instead of minute, hour or day. What asks
 * for steps of hours (`stepMs`; left out for one sum over the range) takes whole hours before the horizon and minutes
 * around them, so that the sum is the same: settled hours in a short range, all that are rolled up in a long one. A long
 * range begins with its first whole hour, because its minutes may be gone. A long range of histograms without steps, or
 * with steps of days, takes whole days (UTC) where there are any, and hours around them.
 */
export function countsFrom(
  table: 'histograms' | 'traffic',
  columns: string,
  where: Sql,
  range: Range,
  horizon: Horizon,
  stepMs?: number,
): Sql {
  const minutes = (from: number, to: number) =>
    sql`SELECT ${raw(columns)}, minute AS at FROM ${raw(table)}
        WHERE ${where} AND minute >= ${second(from)} AND minute < ${second(to)}`;
  const long = range.to - range.from > LONG_RANGE_MS;
  const hourStart = (long ? Math.floor : Math.ceil)(range.from / HOUR_MS) * HOUR_MS;
  const ready = long ? horizon.rolled : horizon.settled;
  const hourEnd = Math.min(Math.floor(ready / HOUR_MS), Math.floor(range.to / HOUR_MS)) * HOUR_MS;
  const inSteps = (ms: number) => stepMs === undefined || stepMs % ms === 0;
  if (!inSteps(HOUR_MS) || hourEnd <= hourStart) return sql`(${minutes(range.from, range.to)})`;
  const rolled = (unit: 'hour' | 'day', from: number, to: number) =>
    sql`SELECT ${raw(columns)}, ${raw(unit)} AS at FROM ${raw(`${table}_${unit}`)} FINAL
        WHERE ${where} AND ${raw(unit)} >= ${second(from)} AND ${raw(unit)} < ${second(to)}`;
  const parts = long ? [] : [minutes(range.from, hourStart)];
  const dayStart = Math.ceil(hourStart / DAY_MS) * DAY_MS;
  const dayEnd = Math.floor(Math.min(horizon.days, hourEnd) / DAY_MS) * DAY_MS;
  if (long && table === 'histograms' && inSteps(DAY_MS) && dayStart < dayEnd)
    parts.push(
      rolled('hour', hourStart, dayStart),
      rolled('day', dayStart, dayEnd),
      rolled('hour', dayEnd, hourEnd),
    );
  else parts.push(rolled('hour', hourStart, hourEnd));
  parts.push(minutes(hourEnd, range.to));
  return sql`(${join(parts, ' UNION ALL ')})`;
}
