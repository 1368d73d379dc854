import { type HeatMap, VERDICT_KINDS, VERDICT_RANK, type VerdictKind } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { array, moment, sql } from '../sql.js';
import { andVersion, bucketStarts, type SliceKey, stepFor } from './slice.js';

/** Signals that one heat map shows at most: the worst ones. */
const ROW_LIMIT = 1_000;

interface Cell {
  signal: string;
  kind: HeatMap['rows'][number]['kind'];
  at: number;
  verdict: VerdictKind;
  psi: number | null;
  n: number;
  start: number;
}

/** Signals × columns; each cell is the worst window that ends inside its column. Worst signals first. */
export async function heatMapCells(
  lane: Lane,
  key: SliceKey & { columns: number },
): Promise<Omit<HeatMap, 'markers' | 'window_ms'>> {
  const step = stepFor(key, key.columns);
  const starts = bucketStarts(key, step);
  const rank = sql`transform(verdict, ${array([...VERDICT_KINDS])}, ${array(VERDICT_KINDS.map((k) => VERDICT_RANK[k]))}, 0)`;
  // A window that ends exactly where a column does belongs to that column, hence the millisecond.
  const cells = await lane.rows<Cell>(
    sql`SELECT signal, any_kind AS kind, at, worst.1 AS verdict, worst.2 AS psi, worst.3 AS n, worst.4 AS start FROM (
          SELECT signal, any(kind) AS any_kind,
            intDiv(toUnixTimestamp64Milli(window_end) - 1, ${step}) * ${step} AS at,
            argMax((verdict, psi_debiased, n_current, toUnixTimestamp64Milli(window_start)),
                   (${rank}, ifNull(psi_debiased, -1), window_end)) AS worst
          FROM verdicts FINAL
          WHERE model = ${key.model} ${andVersion(key.version)} AND segment = ${key.segment}
            AND window_end > ${moment(starts[0] ?? key.from)} AND window_end <= ${moment(key.to)}
          GROUP BY signal, at)`,
  );
  const columnOf = new Map(starts.map((t, i) => [t, i]));
  const rows = new Map<string, { row: HeatMap['rows'][number]; rank: number; psi: number }>();
  for (const cell of cells) {
    const column = columnOf.get(cell.at);
    if (column === undefined) continue;
    let held = rows.get(cell.signal);
    if (!held) {
      held = { row: emptyRow(cell, starts.length), rank: 0, psi: -1 };
      rows.set(cell.signal, held);
    }
    held.row.verdicts[column] = VERDICT_KINDS.indexOf(cell.verdict);
    held.row.psi[column] = cell.psi;
    held.row.n[column] = cell.n;
    held.row.window_start[column] = cell.start;
    held.rank = Math.max(held.rank, VERDICT_RANK[cell.verdict]);
    held.psi = Math.max(held.psi, cell.psi ?? -1);
  }
  const sorted = [...rows.values()].sort(
    (a, b) => b.rank - a.rank || b.psi - a.psi || (a.row.signal < b.row.signal ? -1 : 1),
  );
  return {
    columns: starts.map((t) => new Date(t).toISOString()),
    column_ms: step,
    rows: sorted.slice(0, ROW_LIMIT).map(({ row }) => row),
  };
}

function emptyRow(cell: Cell, columns: number): HeatMap['rows'][number] {
  return {
    signal: cell.signal,
    kind: cell.kind,
    verdicts: new Array<number>(columns).fill(-1),
    psi: new Array<number | null>(columns).fill(null),
    n: new Array<number>(columns).fill(0),
    window_start: new Array<number | null>(columns).fill(null),
  };
}
