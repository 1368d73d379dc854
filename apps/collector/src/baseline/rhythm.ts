import type { BaselineSignal, SignalBins } from '@leeway/contract';
import { hourOfWeek, overdispersion } from '@leeway/stats';
import type { DerivedNumber, TrainingFile } from './ports.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BLOCKS = 100;
const LEAST_BLOCK_ROWS = 50;
/** Hours that blocks are kept by; longer spans take blocks of equal rows in the order of time. */
const MOST_HOURS = 5_000;
/** Row order with more overdispersion than this is a sorted file, not a stream of clumps. */
export const SORTED_PHI = 5;
const MOST_PHI = 50;

/** How the rows of a baseline are spread over time. */
export interface TimeSpan {
  column: string;
  from: number;
  to: number;
}

/**
 * Overdispersion φ of one signal. With timestamps, hours are compared with the same hour of other days (of other
 * weeks from three weeks on), so that the daily rhythm doesn't pass for clumped rows; without, 100 blocks of
 * neighbouring rows. `sorted` tells that the file's order says nothing (φ is 1 then).
 */
export async function signalPhi(
  file: TrainingFile,
  column: string | DerivedNumber,
  bins: SignalBins,
  span: TimeSpan | null,
): Promise<{ phi: number; sorted: boolean }> {
  const hours = span === null ? 0 : (span.to - span.from) / HOUR_MS;
  if (span !== null && hours >= 72 && hours <= MOST_HOURS) {
    const blocks = await file.grouped(column, bins, { timestamp: span.column, by: 'hour', blockRows: 0 });
    return { phi: Math.min(MOST_PHI, phiOfHours(blocks, bins, span)), sorted: false };
  }
  const blockRows = Math.max(LEAST_BLOCK_ROWS, Math.ceil(file.rows / BLOCKS));
  if (file.rows < 4 * blockRows) return { phi: 1, sorted: false };
  const grouping = { timestamp: span?.column ?? null, by: 'block' as const, blockRows };
  const blocks = [...(await file.grouped(column, bins, grouping)).values()];
  const phi = overdispersion(blocks, bins);
  if (span === null && phi > SORTED_PHI) return { phi: 1, sorted: true };
  return { phi: Math.min(MOST_PHI, phi), sorted: false };
}

/** Mean φ over groups of hours that the rhythm makes alike, weighted by their rows. */
function phiOfHours(
  blocks: ReadonlyMap<number, readonly number[]>,
  bins: SignalBins,
  span: TimeSpan,
): number {
  const weekly = span.to - span.from >= 21 * DAY_MS;
  const groups = new Map<number, (readonly number[])[]>();
  for (const [hour, counts] of blocks) {
    const key = weekly ? hourOfWeek(hour * HOUR_MS) : ((hour % 24) + 24) % 24;
    const list = groups.get(key);
    if (list) list.push(counts);
    else groups.set(key, [counts]);
  }
  let weight = 0;
  let sum = 0;
  for (const list of groups.values()) {
    if (list.length < 2) continue;
    const rows = list.reduce((total, counts) => total + counts.reduce((a, b) => a + b, 0), 0);
    sum += rows * overdispersion(list, bins);
    weight += rows;
  }
  return weight === 0 ? 1 : Math.max(1, sum / weight);
}

/** Cells that the hours of the week may take over all signals; a baseline is held in memory and sent to people. */
export const SEASONAL_CELLS = 3_000_000;

/** True where counts by hour of the week make sense: a week of rows, and room for them. */
export function wantsSeasonal(span: TimeSpan | null, cells: number): span is TimeSpan {
  return span !== null && span.to - span.from >= 7 * DAY_MS - HOUR_MS && cells * 168 <= SEASONAL_CELLS;
}

/** Counts of one signal for each hour of the week. */
export async function seasonalCounts(
  file: TrainingFile,
  column: string | DerivedNumber,
  bins: SignalBins,
  span: TimeSpan,
): Promise<NonNullable<BaselineSignal['seasonal']>> {
  const found = await file.grouped(column, bins, {
    timestamp: span.column,
    by: 'hour_of_week',
    blockRows: 0,
  });
  return [...found].map(([hour, counts]) => ({ hour, counts: [...counts] }));
}
