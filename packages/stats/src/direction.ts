import { BEYOND_REGIONS, type BinSpec, formatNumber, isNumericSpec, total } from './bins.js';
import { coarseLabel } from './coarsen.js';
import type { Cell } from './evidence.js';
import { quantilesOfCounts } from './quantiles-of-counts.js';

/** A bin's share of the rows on both sides. */
export interface BinShift {
  bin: string;
  baseline_share: number;
  current_share: number;
}

/** Which way a signal moved. */
export interface SignalDirection {
  way: 'up' | 'down' | 'wider' | 'narrower' | 'mixed' | 'none';
  text: string;
  /** Null where there is none, or where it lies outside of the baseline's range and only counts are known. */
  median_baseline: number | null;
  median_current: number | null;
  /** Up to three bins that gained and lost the most, largest first. */
  gained: BinShift[];
  lost: BinShift[];
}

/** Exact medians of the finite values; null where a side has none. */
export interface Medians {
  baseline: number | null;
  current: number | null;
}

/** Moves of a bin's share below this aren't worth telling. */
const LEAST_MOVE = 0.005;
const LISTED = 3;
/** A change of spread counts against a shift as far as e² (7 times as wide, or a seventh). */
const MOST_STRETCH = 2;

/**
 * Says what changed: for numbers whether values rose, fell, spread or closed up (medians read from the fine bins),
 * for categories and the regions of an embedding which gained and lost, for distances of whole rows whether rows
 * moved away from the baseline's cloud or into it; a jump in missing values comes first in the sentence.
 *
 * `baseline` and `current` are fine counts in the layout of `spec`; `cells` the coarse ones; `medians` those of the
 * raw values, where these are at hand. Null when a side is empty. O(bins).
 */
export function describeDirection(
  spec: BinSpec,
  baseline: readonly number[],
  current: readonly number[],
  cells: readonly Cell[],
  medians?: Medians,
): SignalDirection | null {
  const moves = shareMoves(cells);
  if (moves === null) return null;
  const gained = moves.filter((m) => m.by >= LEAST_MOVE).slice(0, LISTED);
  const lost = moves
    .filter((m) => m.by <= -LEAST_MOVE)
    .reverse()
    .slice(0, LISTED);
  const missing = moves.find((m) => m.cell.role === 'missing');
  const ordered = isNumericSpec(spec) && !spec.embedding;
  const base = ordered
    ? numericMove(spec, baseline, current, medians)
    : {
        way: gained.length + lost.length === 0 ? ('none' as const) : ('mixed' as const),
        text: '',
        before: null,
        after: null,
      };
  const parts: string[] = [];
  if (missing !== undefined && Math.abs(missing.by) >= LEAST_MOVE) parts.push(shareText(spec, missing));
  if (base.text !== '') parts.push(base.text);
  const apart = cells.some((cell) => cell.role === 'above');
  if (spec.embedding && !apart) parts.push(...beyondParts(baseline, current));
  if (!ordered) parts.push(...categoricalParts(spec, gained, lost));
  return {
    way: base.way === 'none' && parts.length > 0 && gained.length + lost.length > 0 ? 'mixed' : base.way,
    text: parts.length === 0 ? 'no clear move' : parts.join('; '),
    median_baseline: base.before,
    median_current: base.after,
    gained: gained.map((move) => binShift(spec, move)),
    lost: lost.map((move) => binShift(spec, move)),
  };
}

interface Move {
  cell: Cell;
  before: number;
  after: number;
  by: number;
}

function binShift(spec: BinSpec, move: Move): BinShift {
  return { bin: cellLabel(spec, move.cell), baseline_share: move.before, current_share: move.after };
}

/** A name for people of a cell. */
export function cellLabel(spec: BinSpec, cell: Cell): string {
  return cell.group === null ? 'rare values' : coarseLabel(spec, cell.group);
}

/** Vectors that lie farther out than any of the baseline: something new, which no region says by itself. */
function beyondParts(baseline: readonly number[], current: readonly number[]): string[] {
  const [before, after] = [baseline, current].map((counts) => counts.at(-1)! / total(counts)) as [
    number,
    number,
  ];
  const told = after - before >= LEAST_MOVE;
  return told ? [`${BEYOND_REGIONS} ${percent(before)} → ${percent(after)}`] : [];
}

function categoricalParts(spec: BinSpec, gained: readonly Move[], lost: readonly Move[]): string[] {
  const first = gained.find((m) => m.cell.role !== 'missing');
  const second = lost.find((m) => m.cell.role !== 'missing');
  return [first, second].filter((m) => m !== undefined).map((m) => shareText(spec, m));
}

function shareMoves(cells: readonly Cell[]): Move[] | null {
  let n = 0;
  let m = 0;
  for (const cell of cells) {
    n += cell.baseline;
    m += cell.current;
  }
  if (n === 0 || m === 0) return null;
  return cells
    .map((cell) => {
      const before = cell.baseline / n;
      const after = cell.current / m;
      return { cell, before, after, by: after - before };
    })
    .sort((a, b) => b.by - a.by);
}

function shareText(spec: BinSpec, move: Move): string {
  return `${cellLabel(spec, move.cell)} ${percent(move.before)} → ${percent(move.after)}`;
}

/** A share for people: `0.4 %`, `31 %`. */
export function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths === 0 || hundredths >= 10 ? Math.round(hundredths) : Number(hundredths.toPrecision(2))} %`;
}

interface NumericMove {
  way: SignalDirection['way'];
  text: string;
  before: number | null;
  after: number | null;
}

function numericMove(
  spec: BinSpec,
  baseline: readonly number[],
  current: readonly number[],
  medians: Medians | undefined,
): NumericMove {
  const a = quantilesOfCounts(spec, baseline, [0.1, 0.5, 0.9]);
  const b = quantilesOfCounts(spec, current, [0.1, 0.5, 0.9]);
  const exact = { before: medians?.baseline ?? a?.[1], after: medians?.current ?? b?.[1] };
  const [before, after] = [finiteOrNull(exact.before), finiteOrNull(exact.after)];
  if (a === null || b === null) return { way: 'none', text: '', before, after };
  const rise = chanceAbove(baseline, current) - 0.5;
  const spreadBefore = within(spec, a[2]!) - within(spec, a[0]!);
  const spreadAfter = within(spec, b[2]!) - within(spec, b[0]!);
  const stretch =
    spreadBefore > 0 && spreadAfter > 0
      ? Math.log(spreadAfter / spreadBefore)
      : Math.sign(spreadAfter - spreadBefore);
  // 0.02 either way is about what PSI 0.005 looks like: nothing to tell.
  if (Math.abs(rise) < 0.02 && Math.abs(stretch) < 0.05) return { way: 'none', text: '', before, after };
  // However close values come together, once three quarters of them lie on one side of the baseline they moved.
  if (Math.abs(rise) * 8 >= Math.min(Math.abs(stretch), MOST_STRETCH)) {
    const moved = medianText(spec, exact.before!, exact.after!, rise);
    const text = spec.joint ? jointText(rise > 0, moved) : moved;
    return { way: rise > 0 ? 'up' : 'down', text, before, after };
  }
  const place = (x: number) => placeText(spec, x);
  const middle = `middle 80 % ${place(a[0]!)}…${place(a[2]!)} → ${place(b[0]!)}…${place(b[2]!)}`;
  const text = spec.joint
    ? `${stretch > 0 ? 'more' : 'fewer'} rows far from the baseline's cloud and in its middle: distance, ${middle}`
    : middle;
  return { way: stretch > 0 ? 'wider' : 'narrower', text, before, after };
}

function finiteOrNull(x: number | undefined): number | null {
  return x !== undefined && Number.isFinite(x) ? x : null;
}

function within(spec: BinSpec, x: number): number {
  return Math.min(spec.max!, Math.max(spec.min!, x));
}

/** A number, or on which side of the baseline's range it lies. */
function placeText(spec: BinSpec, x: number): string {
  if (x === Infinity) return `above ${formatNumber(spec.max!)}`;
  return x === -Infinity ? `below ${formatNumber(spec.min!)}` : formatNumber(x);
}

/** Which way whole rows moved; `moved` tells the median distances from the baseline's cloud. */
function jointText(away: boolean, moved: string): string {
  const distances = moved.replace('median', 'median distance');
  return away
    ? `rows lie farther from the baseline's cloud: features go together less as they did (${distances})`
    : `rows lie closer to the middle of the baseline's cloud: features go together more closely or vary less (${distances})`;
}

function medianText(spec: BinSpec, before: number, after: number, rise: number): string {
  const [from, to] = [placeText(spec, before), placeText(spec, after)];
  if (from === to) return `values ${rise > 0 ? 'rose' : 'fell'} around a median of ${from}`;
  const ratio = after / before;
  // A ratio says something only of quantities that can't be negative; of distances it reads like one of values.
  const told = !spec.joint && spec.min! >= 0 && after >= 0 && before > 0 && Number.isFinite(ratio);
  const times = told ? ` (×${Number(ratio.toPrecision(3))})` : '';
  return `median ${from} → ${to}${times}`;
}

/** P(current > baseline) + ½P(equal) from counts over ordered bins: 0.5 when neither side is higher. */
function chanceAbove(baseline: readonly number[], current: readonly number[]): number {
  let n = 0;
  let m = 0;
  let sum = 0;
  for (let i = 1; i < baseline.length; i++) {
    sum += current[i]! * (n + baseline[i]! / 2);
    n += baseline[i]!;
    m += current[i]!;
  }
  return n > 0 && m > 0 ? sum / (n * m) : 0.5;
}
