import { chiSquareStatistic } from './chi-square-test.js';
import { chiSquareTail } from './distributions.js';
import { rareExcessP } from './rare-excess.js';

/** A cell of the comparison: what it is, and its rows on both sides. */
export interface Cell {
  role: 'regular' | 'below' | 'above' | 'missing' | 'other' | 'unseen';
  label: string;
  baseline: number;
  current: number;
}

/** How unlikely the two sets of counts are when nothing changed. */
export interface Evidence {
  /** Pearson's statistic over the cells with enough rows, divided by φ; null when there are no two of them. */
  chi2: number | null;
  dof: number | null;
  /** The smaller of chi-square's p and the rare cells' exact p (times their number and `RARE_PRICE`). */
  p: number;
  /** Set when a rare cell (missing, unseen, other, out of range) tells more than chi-square does. */
  rare: Cell | null;
}

/** Rows the smaller side must be expected to have in a cell for chi-square's tail to be trusted. */
export const LEAST_EXPECTED = 4;
/**
 * What the rare cells' exact tests pay for being tried beside chi-square: their p counts four times, so of a
 * level α' = 1.25·α all but a fifth belongs to chi-square. The judge takes the 1.25 off its level.
 */
export const RARE_PRICE = 4;
export const EVIDENCE_SHARE = RARE_PRICE / (RARE_PRICE + 1);

/**
 * Weighs the evidence against "nothing changed".
 *
 * Cells that the smaller side expects at least 4 rows in go into the chi-square test; small regular neighbours are
 * merged until they have that. Cells that stay rare can only matter by an excess, and each gets the exact test.
 * `ordered` says that neighbours belong together (numbers). O(cells).
 */
export function weighEvidence(cells: readonly Cell[], ordered: boolean, phi: number): Evidence {
  let n = 0;
  let m = 0;
  for (const cell of cells) {
    n += cell.baseline;
    m += cell.current;
  }
  const scale = n > 0 ? Math.min(n, m) / phi / n : 0;
  const { bulk, rare } = splitCells(cells, ordered, scale);
  const table = chiSquareStatistic(
    bulk.map((cell) => cell.baseline),
    bulk.map((cell) => cell.current),
  );
  const tested = table !== null && table.dof > 0;
  const chi2 = tested ? table.statistic / phi : null;
  const dof = tested ? table.dof : null;
  let p = tested ? chiSquareTail(chi2!, table.dof) : 1;
  let teller: Cell | null = null;
  for (const cell of rare) {
    const excess = Math.min(
      1,
      rareExcessP(cell.baseline, n, cell.current, m, phi) * RARE_PRICE * rare.length,
    );
    if (excess < p) {
      p = excess;
      teller = cell;
    }
  }
  return { chi2, dof, p, rare: teller };
}

function splitCells(cells: readonly Cell[], ordered: boolean, scale: number): { bulk: Cell[]; rare: Cell[] } {
  const bulk: Cell[] = [];
  const rare: Cell[] = [];
  let open: Cell | null = null;
  for (const cell of cells) {
    if (cell.role !== 'regular') {
      if (cell.baseline * scale >= LEAST_EXPECTED) bulk.push(cell);
      else if (cell.baseline + cell.current > 0) rare.push(cell);
      continue;
    }
    open = open === null ? cell : joined(open, cell);
    if (open.baseline * scale >= LEAST_EXPECTED) {
      bulk.push(open);
      open = null;
    }
  }
  if (open !== null) {
    // What is left over joins its neighbour where bins have an order, else it stands with the rare ones.
    let neighbour = -1;
    if (ordered) for (let i = 0; i < bulk.length; i++) if (bulk[i]!.role === 'regular') neighbour = i;
    if (neighbour >= 0) bulk[neighbour] = joined(bulk[neighbour]!, open);
    else rare.push(open);
  }
  return { bulk, rare };
}

function joined(a: Cell, b: Cell): Cell {
  return {
    role: a.role,
    label: `${a.label}, ${b.label}`,
    baseline: a.baseline + b.baseline,
    current: a.current + b.current,
  };
}
