import { binomialTwoCellP } from './binomial.js';
import { chiSquareStatistic } from './chi-square-test.js';
import type { CoarseBin } from './coarsen.js';
import { chiSquareTail } from './distributions.js';
import { rareExcessP } from './rare-excess.js';
import type { TrendTest } from './trend-test.js';

/** A cell of the comparison: what it is, and its rows on both sides. */
export interface Cell {
  role: CoarseBin['role'];
  /** The coarse bin it is; null for left-over bins taken together. */
  group: CoarseBin | null;
  baseline: number;
  current: number;
  /** Number of cells this one was picked from for its rise; 1 where left out. */
  tries?: number;
}

/** How unlikely the two sets of counts are when nothing changed. */
export interface Evidence {
  /** The least of the tests' p-values, each at the price of its share of the level. */
  p: number;
  /** Set when a rare cell (missing, unseen, other, out of range) tells more than the other tests do. */
  rare: Cell | null;
}

/** Rows the smaller side must be expected to have in a cell for chi-square's tail to be trusted. */
export const LEAST_EXPECTED = 4.5;

/**
 * Three tests look at each signal, and share its level: chi-square (any change of shape) has half of it, the
 * trend test (a shift) a third, the exact tests of rare cells together the last sixth. p-values are put on
 * chi-square's scale, so that the one reported is chi-square's own wherever chi-square decides.
 */
export const EVIDENCE_SHARE = 1 / 2;
const TREND_PRICE = EVIDENCE_SHARE / (1 / 3);
const RARE_PRICE = EVIDENCE_SHARE / (1 / 6);

/**
 * Weighs the evidence against "nothing changed".
 *
 * Cells that the smaller side expects enough rows in go into the chi-square test; small regular neighbours are
 * merged until they have that. Cells that stay rare can only matter by an excess, and each gets an exact test.
 * O(cells).
 *
 * @param trend the test for a shift of ordered values; null for categories, which have no order
 * @param unseenAllowed rows in unseen categories that chance allows for, on the baseline's scale
 */
export function weighEvidence(
  cells: readonly Cell[],
  trend: TrendTest | null,
  ordered: boolean,
  unseenAllowed: number,
  phi: number,
): Evidence {
  let n = 0;
  let m = 0;
  for (const cell of cells) {
    n += cell.baseline;
    m += cell.current;
  }
  const scale = n > 0 ? Math.min(n, m) / phi / n : 0;
  const { bulkBaseline, bulkCurrent, rare } = splitCells(cells, ordered, scale);
  const table = chiSquareStatistic(bulkBaseline, bulkCurrent);
  let p = 1;
  if (table !== null && table.dof > 0) {
    // Chi-square's tail is too thin for two uneven cells; there the exact law is as cheap.
    p =
      table.dof === 1
        ? binomialTwoCellP(bulkBaseline, bulkCurrent, phi)
        : chiSquareTail(table.statistic / phi, table.dof);
  }
  if (trend !== null) p = Math.min(p, trend.p * TREND_PRICE);
  let teller: Cell | null = null;
  for (const cell of rare) {
    const usual = cell.role === 'unseen' ? Math.max(cell.baseline, unseenAllowed) : cell.baseline;
    const price = RARE_PRICE * rare.length * (cell.tries ?? 1);
    const excess = Math.min(1, rareExcessP(usual, n, cell.current, m, phi) * price);
    if (excess < p) {
      p = excess;
      teller = cell;
    }
  }
  return { p, rare: teller };
}

interface Split {
  bulkBaseline: number[];
  bulkCurrent: number[];
  rare: Cell[];
}

function splitCells(cells: readonly Cell[], ordered: boolean, scale: number): Split {
  const split: Split = { bulkBaseline: [], bulkCurrent: [], rare: [] };
  let openBaseline = 0;
  let openCurrent = 0;
  let regular = -1;
  const push = (baseline: number, current: number) => {
    split.bulkBaseline.push(baseline);
    return split.bulkCurrent.push(current) - 1;
  };
  for (const cell of cells) {
    if (cell.role === 'regular') {
      openBaseline += cell.baseline;
      openCurrent += cell.current;
      if (openBaseline * scale >= LEAST_EXPECTED) {
        regular = push(openBaseline, openCurrent);
        openBaseline = 0;
        openCurrent = 0;
      }
    } else if (cell.role === 'other') {
      // A tail's rows are partly new names each time: to chi-square the tail, what rose out of it and unseen
      // names are one cell.
      let { baseline, current } = cell;
      for (const c of cells) {
        if (c.role !== 'unseen' && c.role !== 'risen') continue;
        baseline += c.baseline;
        current += c.current;
      }
      if (baseline * scale >= LEAST_EXPECTED) push(baseline, current);
      else split.rare.push({ ...cell, baseline, current });
    } else if (cell.role === 'unseen' || cell.role === 'risen' || cell.baseline * scale < LEAST_EXPECTED)
      split.rare.push(cell);
    else push(cell.baseline, cell.current);
  }
  if (openBaseline + openCurrent > 0) {
    // What is left over joins its neighbour where bins have an order, else it stands with the rare ones.
    if (ordered && regular >= 0) {
      split.bulkBaseline[regular]! += openBaseline;
      split.bulkCurrent[regular]! += openCurrent;
    } else split.rare.push({ role: 'regular', group: null, baseline: openBaseline, current: openCurrent });
  }
  return split;
}
