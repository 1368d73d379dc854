import {
  BEYOND_REGIONS,
  type BinSpec,
  binCount,
  formatNumber,
  isNumericSpec,
  MISSING_BIN,
  regionLabel,
} from './bins.js';
import { checkPair, checkWhole, StatsInputError } from './errors.js';

/** One coarse bin: which fine positions it holds, and what it stands for. */
export interface CoarseBin {
  /** `regular` bins hold values of the baseline's range; the others are apart from them. */
  role: 'regular' | 'below' | 'above' | 'missing' | 'other' | 'unseen' | 'risen';
  /** Positions in the dense layout. */
  from: number[];
}

/** Two histograms over the same coarse bins. */
export interface CoarseCounts {
  bins: CoarseBin[];
  labels: string[];
  /** Lower and upper bound of each regular numeric bin, null where unbounded or not a number. */
  bounds: ([number | null, number | null] | null)[];
  baseline: number[];
  current: number[];
}

/** A category below this share of the baseline shares the bin `other` when two histograms are compared. */
export const RARE_SHARE = 0.005;
/** And so does one with fewer baseline rows than this: picked for its luck, it would seem to fade in every window. */
const LEAST_ROWS = 8;
/** Most categories with a bin of their own in a comparison. */
const MOST_CATEGORIES = 50;

/**
 * Which fine bins go together, decided by the baseline alone so that windows stay comparable.
 *
 * Numbers: about `bins` bins of equal baseline mass; values below the minimum and above the maximum join the end
 * bins, except where ties leave fewer bins than wanted (a constant, a rating, a counter): there a value outside of
 * the range is a new value, and gets a bin of its own. Categories: those under `RARE_SHARE` or 8 rows (and beyond the 50 largest) join `other`. Missing is always a bin of
 * its own, and unseen categories too. Empty ones are kept here; the statistics drop bins empty on both sides.
 *
 * O(length of the layout).
 */
export function coarseBins(spec: BinSpec, baseline: readonly number[], bins: number): CoarseBin[] {
  const missing: CoarseBin = { role: 'missing', from: [MISSING_BIN] };
  return isNumericSpec(spec)
    ? [...numericGroups(baseline, bins), missing]
    : [...categoricalGroups(baseline), missing];
}

function numericGroups(baseline: readonly number[], bins: number): CoarseBin[] {
  const last = baseline.length - 1;
  let mass = 0;
  for (let i = 1; i <= last; i++) mass += baseline[i]!;
  const groups: CoarseBin[] = [];
  let group: number[] = [];
  let seen = 0;
  let atCut = 0;
  let cut = 1;
  for (let i = 1; i <= last; i++) {
    group.push(i);
    seen += baseline[i]!;
    // The outer bins never stand alone: `below` opens the first group, `above` closes the last.
    if (i === 1 || i >= last - 1) continue;
    const goal = (cut * mass) / bins;
    const next = baseline[i + 1]!;
    // Cut here when this border is at least as near the wanted quantile as the next one would be.
    if (seen > atCut && goal - seen <= seen + next - goal && seen < mass) {
      groups.push({ role: 'regular', from: group });
      group = [];
      atCut = seen;
      cut = Math.max(cut + 1, Math.floor((seen * bins) / mass + 0.5) + 1);
    }
  }
  groups.push({ role: 'regular', from: group });
  return groups.length < bins ? withOuterApart(groups, last) : groups;
}

function withOuterApart(groups: CoarseBin[], last: number): CoarseBin[] {
  const inner = groups.map((group) => ({ ...group, from: group.from.filter((i) => i !== 1 && i !== last) }));
  return [{ role: 'below', from: [1] }, ...inner, { role: 'above', from: [last] }];
}

function categoricalGroups(baseline: readonly number[]): CoarseBin[] {
  const other = baseline.length - 2;
  let mass = 0;
  for (const count of baseline) mass += count;
  const groups: CoarseBin[] = [];
  const rare: number[] = [other];
  for (let i = 1; i < other; i++) {
    if (baseline[i]! >= Math.max(LEAST_ROWS, RARE_SHARE * mass) && groups.length < MOST_CATEGORIES)
      groups.push({ role: 'regular', from: [i] });
    else rare.push(i);
  }
  return [...groups, { role: 'other', from: rare }, { role: 'unseen', from: [other + 1] }];
}

/** Counts of each coarse bin. */
export function groupCounts(groups: readonly CoarseBin[], counts: readonly number[]): number[] {
  const grouped = new Array<number>(groups.length);
  for (let g = 0; g < groups.length; g++) {
    let sum = 0;
    for (const position of groups[g]!.from) sum += counts[position]!;
    grouped[g] = sum;
  }
  return grouped;
}

/**
 * Merges two fine histograms of one spec to coarse bins of about equal baseline mass.
 *
 * @param bins wanted number of regular bins (10 is customary); fewer come out where ties leave fewer
 * @throws StatsInputError when a histogram doesn't have the layout of `spec`
 */
export function coarsen(
  spec: BinSpec,
  baselineCounts: readonly number[],
  currentCounts: readonly number[],
  bins: number,
): CoarseCounts {
  checkWhole('bins', bins, 1);
  checkPair(baselineCounts, currentCounts);
  checkLayout(spec, 'baseline', baselineCounts);
  const groups = coarseBins(spec, baselineCounts, bins);
  return {
    bins: groups,
    labels: groups.map((group) => coarseLabel(spec, group)),
    bounds: groups.map((group) => boundsOf(spec, group)),
    baseline: groupCounts(groups, baselineCounts),
    current: groupCounts(groups, currentCounts),
  };
}

/** Refuses counts whose length isn't that of the spec's layout. */
export function checkLayout(spec: BinSpec, field: string, counts: readonly number[]): void {
  const wanted = binCount(spec);
  if (counts.length !== wanted) {
    throw new StatsInputError(field, `has ${counts.length} counts where its bins need ${wanted}`);
  }
}

/** A name for people of a coarse bin. */
export function coarseLabel(spec: BinSpec, group: CoarseBin): string {
  if (spec.embedding && group.role === 'above') return BEYOND_REGIONS;
  if (spec.embedding && group.role === 'regular') {
    // Vectors beyond all regions join the last bin where there are bins enough.
    const last = spec.edges.length + 3;
    const inner = group.from.filter((i) => i > 1 && i < last);
    return group.from.includes(last) ? `${regionLabel(inner)} and beyond` : regionLabel(inner);
  }
  if (group.role === 'below') return spec.min === null ? 'below' : `below ${formatNumber(spec.min)}`;
  if (group.role === 'above') return spec.max === null ? 'above' : `above ${formatNumber(spec.max)}`;
  if (group.role !== 'regular' && group.role !== 'risen') return group.role;
  const bounds = boundsOf(spec, group);
  if (bounds === null) return spec.categories[group.from[0]! - 1]!;
  const [low, high] = bounds;
  if (low === null && high === null) {
    return spec.min === spec.max && spec.min !== null ? formatNumber(spec.min) : 'any value';
  }
  if (low === null) return `< ${formatNumber(high!)}`;
  if (high === null) return `≥ ${formatNumber(low)}`;
  return `[${formatNumber(low)}, ${formatNumber(high)})`;
}

function boundsOf(spec: BinSpec, group: CoarseBin): [number | null, number | null] | null {
  if (!isNumericSpec(spec) || group.role !== 'regular') return null;
  const first = group.from[0]!;
  const last = group.from[group.from.length - 1]!;
  // Fine position i ≥ 2 starts at edge i−3; what starts at `below` or ends at `above` is unbounded.
  return [
    first <= 2 ? null : spec.edges[first - 3]!,
    last >= spec.edges.length + 2 ? null : spec.edges[last - 2]!,
  ];
}
