import type { CoarseBin } from './coarsen.js';
import type { Cell } from './evidence.js';
import { rareExcessP } from './rare-excess.js';

/** Most rare categories shown apart from `other` for having risen. */
const MOST_RISEN = 5;
/** A rare category must have gained this share of the rows to be looked at. */
const LEAST_GAIN = 0.005;
/** And its excess must be this unlikely among all rare categories together. */
const PROMOTION_LEVEL = 0.01;

/**
 * Takes rare categories that have risen out of `other`, so that one that goes from a trickle to half of the rows
 * isn't hidden by the company it keeps.
 *
 * Each candidate's exact excess is multiplied by the number of rare categories it was picked from (`tries`), which
 * keeps the pick honest. Returns the cells with `other` reduced by what left it. O(rare categories).
 */
export function withRisen(
  cells: readonly Cell[],
  baseline: readonly number[],
  current: readonly number[],
  n: number,
  m: number,
  phi: number,
): readonly Cell[] {
  const other = cells.find((cell) => cell.role === 'other');
  // The last position of the group's list is the tail's, which is no category of its own.
  const names = other?.group?.from.slice(1) ?? [];
  if (other === undefined || names.length === 0 || n === 0 || m === 0) return cells;
  const candidates = names
    .filter((i) => current[i]! / m - baseline[i]! / n >= LEAST_GAIN)
    .sort((a, b) => current[b]! / m - baseline[b]! / n - (current[a]! / m - baseline[a]! / n) || a - b)
    .slice(0, MOST_RISEN)
    .filter((i) => rareExcessP(baseline[i]!, n, current[i]!, m, phi) * names.length <= PROMOTION_LEVEL);
  if (candidates.length === 0) return cells;
  const risen = candidates.map((i): Cell => {
    const group: CoarseBin = { role: 'risen', from: [i] };
    return { role: 'risen', group, baseline: baseline[i]!, current: current[i]!, tries: names.length };
  });
  const left: Cell = {
    ...other,
    baseline: other.baseline - risen.reduce((sum, cell) => sum + cell.baseline, 0),
    current: other.current - risen.reduce((sum, cell) => sum + cell.current, 0),
  };
  return [...cells.filter((cell) => cell !== other), ...risen, left];
}
