import { type HeatMap, VERDICT_KINDS, VERDICT_RANK } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { array, moment, sql } from '../sql.js';
import { andVersion, bucketStarts, type SliceKey, stepFor } from './slice.js';

/** Signals that one heat map shows at most: the worst ones. */
const ROW_LIMIT = 1_000;

/** A signal's cells, column by column in no order; `kinds` are places in `VERDICT_KINDS`. */
interface SignalCells {
  signal: string;
  kind: HeatMap['rows'][number]['kind'];
  at: number[];
  kinds: number[];
  psi: (number | null)[];
  n: number[];
  start: number[];
}

/** Signals × columns; each cell is the worst window that ends inside its column. Worst signals first. */
export async function heatMapCells(
  lane: Lane,
  key: SliceKey & { columns: number },
): Promise<Omit<HeatMap, 'markers' | 'window_ms'>> {
  const step = stepFor(key, key.columns);
  const starts = bucketStarts(key, step);
  const kinds = array([...VERDICT_KINDS]);
  const place = sql`transform(verdict, ${kinds}, ${array(VERDICT_KINDS.map((_, i) => i))}, ${VERDICT_KINDS.indexOf('no_data')})`;
  const rank = sql`transform(verdict, ${kinds}, ${array(VERDICT_KINDS.map((kind) => VERDICT_RANK[kind]))}, 0)`;
  // A window that ends exactly where a column does belongs to that column, hence the millisecond.
  const found = await lane.rows<SignalCells>(
    sql`SELECT signal, any(any_kind) AS kind, groupArray(column) AS at, groupArray(worst.1) AS kinds,
          groupArray(tuple(worst.2)).1 AS psi, groupArray(worst.3) AS n, groupArray(worst.4) AS start
        FROM (
          SELECT signal, any(kind) AS any_kind, intDiv(toUnixTimestamp64Milli(window_end) - 1, ${step}) * ${step} AS column,
            argMax((${place}, psi_debiased, n_current, toUnixTimestamp64Milli(window_start)),
                   (${rank}, ifNull(psi_debiased, -1), window_end)) AS worst
          FROM verdicts FINAL
          WHERE model = ${key.model} ${andVersion(key.version)} AND segment = ${key.segment}
            AND window_end > ${moment(starts[0] ?? key.from)} AND window_end <= ${moment(key.to)}
          GROUP BY signal, column)
        GROUP BY signal`,
  );
  const columnOf = new Map(starts.map((t, i) => [t, i]));
  const rows = found.map((cells) => filledRow(cells, columnOf, starts.length));
  rows.sort((a, b) => b.rank - a.rank || b.psi - a.psi || (a.row.signal < b.row.signal ? -1 : 1));
  return {
    columns: starts.map((t) => new Date(t).toISOString()),
    column_ms: step,
    rows: rows.slice(0, ROW_LIMIT).map(({ row }) => row),
  };
}

function filledRow(cells: SignalCells, columnOf: ReadonlyMap<number, number>, columns: number) {
  const row: HeatMap['rows'][number] = {
    signal: cells.signal,
    kind: cells.kind,
    verdicts: new Array<number>(columns).fill(-1),
    psi: new Array<number | null>(columns).fill(null),
    n: new Array<number>(columns).fill(0),
    window_start: new Array<number | null>(columns).fill(null),
  };
  let rank = 0;
  let psi = -1;
  cells.at.forEach((at, i) => {
    const column = columnOf.get(at);
    if (column === undefined) return;
    const kind = cells.kinds[i]!;
    row.verdicts[column] = kind;
    row.psi[column] = cells.psi[i]!;
    row.n[column] = cells.n[i]!;
    row.window_start[column] = cells.start[i]!;
    rank = Math.max(rank, VERDICT_RANK[VERDICT_KINDS[kind]!]);
    psi = Math.max(psi, cells.psi[i] ?? -1);
  });
  return { row, rank, psi };
}
