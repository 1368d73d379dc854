import type { HeatMap, VerdictKind } from '@leeway/contract';
import { count, number } from '../../lib/format';
import { cellVerdict, VERDICT_LOOKS } from '../../lib/verdicts';
import type { ChartTable } from './table';

/** A cell by its indices. */
export type Cell = { row: number; column: number };

/** Where cells lie, in CSS pixels; cells have whole-pixel bounds so that hairlines stay sharp. */
export type Grid = { columns: number; rows: number; width: number; rowHeight: number };

/** Left edge of a column; the edge after the last is the width. */
export function columnX(grid: Grid, column: number): number {
  return Math.round((column * grid.width) / grid.columns);
}

/** The cell under a point, or null outside. */
export function cellAt(grid: Grid, x: number, y: number): Cell | null {
  const column = Math.floor((x / grid.width) * grid.columns);
  const row = Math.floor(y / grid.rowHeight);
  if (column < 0 || column >= grid.columns || row < 0 || row >= grid.rows) return null;
  return { row, column };
}

/** Where a key leads from a cell, or null when the key is not one that moves. */
export function moveCell(key: string, from: Cell, grid: Pick<Grid, 'columns' | 'rows'>): Cell | null {
  const step = STEPS[key];
  if (!step || grid.rows === 0 || grid.columns === 0) return null;
  const to = step(from, grid);
  return {
    row: Math.min(grid.rows - 1, Math.max(0, to.row)),
    column: Math.min(grid.columns - 1, Math.max(0, to.column)),
  };
}

const STEPS: Record<string, (cell: Cell, grid: Pick<Grid, 'columns' | 'rows'>) => Cell> = {
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  PageUp: ({ row, column }) => ({ row: row - 10, column }),
  PageDown: ({ row, column }) => ({ row: row + 10, column }),
  Home: ({ row }) => ({ row, column: 0 }),
  End: ({ row }, { columns }) => ({ row, column: columns - 1 }),
};

/** Everything that is known of one cell. */
export type CellFacts = {
  signal: string;
  verdict: VerdictKind | null;
  psi: number | null;
  n: number;
  /** Bounds of the window behind the cell, epoch ms; null where nothing was evaluated. */
  window: { from: number; to: number } | null;
  columnStart: number;
};

export function cellFacts(map: HeatMap, cell: Cell): CellFacts | null {
  const row = map.rows[cell.row];
  const column = map.columns[cell.column];
  if (!row || column === undefined) return null;
  const start = row.window_start[cell.column] ?? null;
  return {
    signal: row.signal,
    verdict: cellVerdict(row.verdicts[cell.column] ?? -1),
    psi: row.psi[cell.column] ?? null,
    n: row.n[cell.column] ?? 0,
    window: start === null ? null : { from: start, to: start + map.window_ms },
    columnStart: Date.parse(column),
  };
}

/** One cell as a sentence, for the status line; `when` is the cell's time as text. */
export function cellSentence(facts: CellFacts, when: string): string {
  if (facts.verdict === null) return `${facts.signal}, ${when}: not evaluated.`;
  const { glyph, word } = VERDICT_LOOKS[facts.verdict];
  const psi = facts.psi === null ? '' : `, PSI ${number(facts.psi)}`;
  return `${facts.signal}, ${when}: ${glyph} ${word}${psi} on ${count(facts.n)} events.`;
}

/** Rows whose signal contains the text, order kept. */
export function filterRows(map: HeatMap, text: string): HeatMap {
  const needle = text.trim().toLowerCase();
  if (!needle) return map;
  return { ...map, rows: map.rows.filter((row) => row.signal.toLowerCase().includes(needle)) };
}

/** One line for a screen reader: how many signals are how bad in the newest column. */
export function heatMapSummary(map: HeatMap): string {
  const counts = new Map<string, number>();
  for (const row of map.rows) {
    const last = row.verdicts.findLast((code) => code >= 0);
    const kind = last === undefined ? null : cellVerdict(last);
    const word = kind === null ? 'not evaluated' : VERDICT_LOOKS[kind].word;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, n]) => `${n} ${word}`);
  return `${map.rows.length} signals over ${map.columns.length} spans of time. At the end: ${parts.join(', ') || 'nothing'}.`;
}

export function heatMapTable(map: HeatMap): ChartTable {
  return {
    columns: ['signal', 'time (UTC)', 'verdict', 'PSI, de-biased', 'events'],
    rows: map.rows.flatMap((row) =>
      map.columns.flatMap((column, at) => {
        const verdict = cellVerdict(row.verdicts[at] ?? -1);
        return verdict === null
          ? []
          : [[row.signal, column, VERDICT_LOOKS[verdict].word, row.psi[at] ?? null, row.n[at] ?? 0]];
      }),
    ),
  };
}
