import type { Lane } from '../engine/lane.js';
import { moment, second, sql } from '../sql.js';
import { MINUTE_MS } from '../types.js';
import { OUTCOME_TOTALS, type OutcomeSums, outcomeSelect } from './outcome-sums.js';
import { andVersion, type SliceKey } from './slice.js';

/** Events that one question joins with labels; of more a fixed share is taken, the same ids on both sides. */
const JOIN_LIMIT = 1_000_000;

/**
 * What predictions and labels say by bucket over all segments: sums by the minute as far as they were computed, and the
 * events behind them joined with their labels here. Buckets without events are left out.
 */
export async function outcomeBuckets(
  lane: Lane,
  key: Omit<SliceKey, 'segment'>,
  stepMs: number,
): Promise<Map<number, OutcomeSums>> {
  const from = Math.floor(key.from / MINUTE_MS) * MINUTE_MS;
  const until = Math.min(key.to, Math.max(from, await computedUntil(lane, key.model)));
  const buckets = new Map<number, OutcomeSums>();
  const add = (rows: readonly (OutcomeSums & { t: number })[], times: number) => {
    for (const { t, ...sums } of rows) {
      const held = buckets.get(t);
      const names = Object.keys(sums) as (keyof OutcomeSums)[];
      for (const name of names) sums[name] = sums[name] * times + (held?.[name] ?? 0);
      buckets.set(t, sums);
    }
  };
  if (until > from)
    add(
      await lane.rows<OutcomeSums & { t: number }>(
        sql`SELECT intDiv(toUnixTimestamp(minute) * 1000, ${stepMs}) * ${stepMs} AS t, ${OUTCOME_TOTALS}
            FROM outcomes AS o FINAL
            WHERE model = ${key.model} ${andVersion(key.version)}
              AND minute >= ${second(from)} AND minute < ${second(until)} GROUP BY t`,
      ),
      1,
    );
  if (until < key.to) {
    const rest = sql`model = ${key.model} ${andVersion(key.version)}
      AND ts >= ${moment(until)} AND ts < ${moment(key.to)}`;
    const [counted] = await lane.rows<{ n: number }>(sql`SELECT count() AS n FROM events WHERE ${rest}`);
    const share = Math.ceil((counted?.n ?? 0) / JOIN_LIMIT);
    if (share === 0) return buckets;
    const where = share === 1 ? rest : sql`${rest} AND cityHash64(id) % ${share} = 0`;
    const bucket = sql`intDiv(toUnixTimestamp64Milli(e.ts), ${stepMs}) * ${stepMs}`;
    const rows = await lane.rows<OutcomeSums & { k0: number }>(outcomeSelect(key.model, where, [bucket]));
    add(
      rows.map(({ k0, ...sums }) => ({ t: k0, ...sums })),
      share,
    );
  }
  return buckets;
}

/** Before this moment (epoch ms) every minute of a model was computed, but for what arrived since the last pass. */
async function computedUntil(lane: Lane, model: string): Promise<number> {
  const [row] = await lane.rows<{ n: number; minute: number; pass: number }>(
    sql`SELECT count() AS n, toUnixTimestamp(max(minute)) * 1000 AS minute,
          toUnixTimestamp64Milli(max(computed_at)) AS pass
        FROM outcomes AS o WHERE model = ${model}`,
  );
  if (!row || row.n === 0) return 0;
  return Math.min(row.minute + MINUTE_MS, (Math.floor(row.pass / MINUTE_MS) - 1) * MINUTE_MS);
}
