import { TZDate } from '@date-fns/tz';
import { scaleLinear, scaleUtc } from 'd3-scale';

/** Round moments between two times, whole hours and days of `zone`; about `count` of them. Epoch milliseconds. */
export function timeTicks(from: number, to: number, count: number, zone: string): number[] {
  if (!(to > from)) return [];
  // d3 knows UTC only: shift the span so that the zone's wall clock looks like UTC, and shift the ticks back.
  const shift = -new TZDate((from + to) / 2, zone).getTimezoneOffset() * 60_000;
  return scaleUtc()
    .domain([from + shift, to + shift])
    .ticks(count)
    .map((tick) => tick.getTime() - shift)
    .filter((tick) => tick >= from && tick <= to);
}

export type ValueScale = { domain: [number, number]; ticks: number[] };

/** Where a value axis begins: `zero` (or lower where a value is), never below zero (`floor`), or at the values. */
export type AxisStart = 'zero' | 'floor' | 'values';

/**
 * A value axis that holds every given value, starts as asked and ends on round numbers. An empty or constant list
 * still gives an axis with some height.
 */
export function valueScale(
  values: Iterable<number | null | undefined>,
  count = 4,
  start: AxisStart = 'zero',
): ValueScale {
  let low = start === 'values' ? Number.POSITIVE_INFINITY : 0;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    // Half of the largest double: the span of the axis must itself be a number.
    const bounded = Math.max(-8e307, Math.min(8e307, value));
    if (bounded < low) low = bounded;
    if (bounded > high) high = bounded;
  }
  if (high === Number.NEGATIVE_INFINITY) [low, high] = [0, 1];
  // A de-biased PSI dips a hair below zero; an axis down to −0.2 for its sake would say the wrong thing.
  if (start === 'floor' || (start === 'zero' && low < 0 && -low < 0.05 * high)) low = Math.max(0, low);
  if (high <= low) high = low + 1;
  const scale = scaleLinear().domain([low, high]).nice(count);
  const [bottom = low, top = high] = scale.domain();
  return { domain: [bottom, top], ticks: scale.ticks(count) };
}

/**
 * Where a value lies on an axis, 0 at its low end and 1 at its high one; beyond the ends it is held there. Halves
 * are subtracted, because the span between two very large doubles is no number.
 */
export function fraction(value: number, [low, high]: readonly [number, number]): number {
  const span = high / 2 - low / 2;
  return span > 0 ? Math.min(1, Math.max(0, (value / 2 - low / 2) / span)) : 0;
}
