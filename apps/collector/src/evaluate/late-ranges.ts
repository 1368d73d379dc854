/** A half-open range in epoch ms. */
export interface TimeRange {
  from: number;
  to: number;
}

/** Ranges kept apart; beyond it the two nearest become one, which judges a few windows more than needed. */
const MOST_RANGES = 64;

/**
 * Times of one model to which events came after their windows were judged. Ranges are sorted and don't touch.
 * Pure: every function gives a new list.
 */
export type LateRanges = readonly TimeRange[];

/** Adds a range, joining what it touches. O(ranges). */
export function addRange(ranges: LateRanges, range: TimeRange): LateRanges {
  if (!(range.from < range.to)) return ranges;
  const before = ranges.filter((one) => one.to < range.from);
  const after = ranges.filter((one) => one.from > range.to);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const joined = touched.reduce(
    (sum, one) => ({ from: Math.min(sum.from, one.from), to: Math.max(sum.to, one.to) }),
    range,
  );
  return bounded([...before, joined, ...after]);
}

function bounded(ranges: TimeRange[]): TimeRange[] {
  while (ranges.length > MOST_RANGES) {
    let nearest = 0;
    for (let i = 1; i + 1 < ranges.length; i++) if (gap(ranges, i) < gap(ranges, nearest)) nearest = i;
    ranges.splice(nearest, 2, { from: ranges[nearest]!.from, to: ranges[nearest + 1]!.to });
  }
  return ranges;
}

function gap(ranges: readonly TimeRange[], i: number): number {
  return ranges[i + 1]!.from - ranges[i]!.to;
}

/** Reads ranges that were written as JSON; an empty list for anything else. */
export function parseRanges(text: string | undefined): LateRanges {
  if (text === undefined) return [];
  let ranges: LateRanges = [];
  try {
    const given: unknown = JSON.parse(text);
    if (!Array.isArray(given)) return [];
    for (const one of given as Partial<TimeRange>[])
      if (Number.isFinite(one?.from) && Number.isFinite(one?.to))
        ranges = addRange(ranges, { from: one.from!, to: one.to! });
  } catch {
    return [];
  }
  return ranges;
}
