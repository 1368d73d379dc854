import { MULTIVARIATE_SIGNAL, type Verdict } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { join, moment, sql } from '../sql.js';
import { DAY_MS } from '../types.js';
import { VERDICT_SELECT, verdictFromRow } from '../verdict-rows.js';
import { andVersion, type SliceKey } from './slice.js';

type Row = Readonly<Record<string, unknown>>;

/** Verdicts of a slice whose windows end in `(from, to]`, newest first, at most `limit`. */
export async function listVerdicts(
  lane: Lane,
  key: SliceKey & { signal?: string; limit: number },
): Promise<{ verdicts: Verdict[]; truncated: boolean }> {
  const signal = key.signal === undefined ? sql`` : sql`AND signal = ${key.signal}`;
  const rows = await lane.rows<Row>(
    sql`SELECT ${VERDICT_SELECT} FROM verdicts FINAL
        WHERE model = ${key.model} ${andVersion(key.version)} AND segment = ${key.segment} ${signal}
          AND window_end > ${moment(key.from)} AND window_end <= ${moment(key.to)}
        ORDER BY window_end DESC, window_start DESC, signal, version LIMIT ${key.limit + 1}`,
  );
  return { verdicts: rows.slice(0, key.limit).map(verdictFromRow), truncated: rows.length > key.limit };
}

/** Newest verdict of each signal of a slice; of several versions' equally new ones the worst. */
export async function latestVerdicts(
  lane: Lane,
  model: string,
  version: string | undefined,
  segment: string,
): Promise<Verdict[]> {
  const where = sql`model = ${model} ${andVersion(version)} AND segment = ${segment}`;
  // Every column of a week's windows takes long to read, and the newest windows are few: they are looked up first.
  const ends = await lane.rows<{ last: number }>(
    sql`SELECT DISTINCT toUnixTimestamp64Milli(max(window_end)) AS last FROM verdicts WHERE ${where} GROUP BY signal
        ORDER BY last DESC`,
  );
  if (!ends[0]) return [];
  const oldest = ends[0].last - 7 * DAY_MS;
  const recent = ends.filter(({ last }) => last > oldest).map(({ last }) => moment(last));
  const rows = await lane.rows<Row>(
    sql`SELECT ${VERDICT_SELECT} FROM verdicts FINAL
        WHERE ${where} AND window_end IN (${join(recent, ', ')})
        ORDER BY window_end DESC, indexOf(['significant', 'drifting', 'moderate'], verdict) = 0,
          indexOf(['significant', 'drifting', 'moderate'], verdict), window_start DESC
        LIMIT 1 BY signal`,
  );
  return rows.map(verdictFromRow).sort((a, b) => (a.signal < b.signal ? -1 : 1));
}

/** What the fleet page says of a verdict; reading every column of all models' newest windows would take as long again. */
export type WorstVerdict = Pick<
  Verdict,
  'signal' | 'verdict' | 'psi_debiased' | 'n_current' | 'reason' | 'direction' | 'window_end'
>;

/**
 * The worst verdict of each model's newest window over all events, for the fleet page: one question for all models.
 * Windows that ended more than 35 days before `now` are not looked at.
 */
export async function worstVerdicts(
  lane: Lane,
  models: readonly string[],
  now: number,
): Promise<Map<string, WorstVerdict>> {
  if (models.length === 0) return new Map();
  const recent = sql`segment = '' AND model IN ${models} AND window_end > ${moment(now - 35 * DAY_MS)}`;
  const ends = await lane.rows<{ model: string; last: number }>(
    sql`SELECT model, toUnixTimestamp64Milli(max(window_end)) AS last FROM verdicts WHERE ${recent} GROUP BY model`,
  );
  if (ends.length === 0) return new Map();
  const oldest = Math.min(...ends.map(({ last }) => last));
  const rows = await lane.rows<
    Omit<WorstVerdict, 'direction' | 'window_end'> & { model: string; way: string; end: number }
  >(
    sql`SELECT model, signal, verdict, psi_debiased, n_current, reason, direction AS way,
          toUnixTimestamp64Milli(window_end) AS end
        FROM verdicts FINAL
        WHERE ${recent} AND window_end >= ${moment(oldest)} AND (model, window_end) IN (
          SELECT model, max(window_end) FROM verdicts WHERE ${recent} GROUP BY model)
        ORDER BY indexOf(['no_data', 'insufficient_data', 'stable', 'moderate', 'drifting', 'significant'], verdict) DESC,
          signal = ${MULTIVARIATE_SIGNAL}, psi_debiased DESC NULLS LAST
        LIMIT 1 BY model`,
  );
  return new Map(
    rows.map(({ model, way, end, ...rest }) => [
      model,
      {
        ...rest,
        direction: way === '' ? null : (JSON.parse(way) as Verdict['direction']),
        window_end: new Date(end).toISOString(),
      },
    ]),
  );
}

/** Verdicts of every slice of a model whose windows end in `(from, to]`, oldest first. */
export async function verdictsBetween(
  lane: Lane,
  model: string,
  from: number,
  to: number,
): Promise<Verdict[]> {
  const rows = await lane.rows<Row>(
    sql`SELECT ${VERDICT_SELECT} FROM verdicts FINAL
        WHERE model = ${model} AND window_end > ${moment(from)} AND window_end <= ${moment(to)}
        ORDER BY window_end, window_start, version, segment, signal LIMIT 1000000`,
  );
  return rows.map(verdictFromRow);
}
