import { randomUUID } from 'node:crypto';
import { LATENCY_SIGNAL } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import type { FeatureOrder, StoredFeatures } from '../features.js';
import type { WriteGate } from '../gate.js';
import { join, moment, raw, type Sql, second, sql } from '../sql.js';
import { type CountingPlan, MINUTE_MS } from '../types.js';
import {
  type CountSelect,
  countedSignals,
  countSelects,
  plannedSegments,
  trafficSelect,
} from './count-events.js';

/** One minute of one version whose counts are not what its events say. */
export interface WrongMinute {
  version: string;
  /** Epoch ms. */
  minute: number;
  events: number;
  requests: number;
}

export interface AuditTools {
  lane: Lane;
  gate: WriteGate;
  features: StoredFeatures;
  /** Several collectors write to this database: their batches can't be kept out while counts are compared. */
  shared: boolean;
  clock: () => number;
  /** Hears of the oldest minute (epoch ms) whose counts change, before and after. */
  touched: (oldestMinute: number) => void;
}

/** Rows received later than this may still have counts on their way from another collector. */
const SETTLE_MS = 120_000;
/** Minutes that one rebuild takes. */
const MINUTES_AT_ONCE = 1_000;

/**
 * Minutes in `[from, to)` whose counts differ from their events in total: requests, errors, latencies, and every
 * signal of the active baseline (each event is in exactly one bin of each). Events are the truth.
 */
export async function findWrongMinutes(
  tools: AuditTools,
  plan: CountingPlan,
  from: number,
  to: number,
): Promise<WrongMinute[]> {
  const signals = plan.baseline === null ? [] : countedSignals(plan);
  const within = (column: string) =>
    sql`model = ${plan.model} AND ${raw(column)} >= ${second(from)} AND ${raw(column)} < ${second(to)}`;
  const total = sql`arraySum(mapValues(bins))`;
  const settled = tools.shared ? sql`max(received_at) > ${moment(tools.clock() - SETTLE_MS)}` : sql`0`;
  const counted =
    signals.length === 0
      ? sql``
      : sql`UNION ALL SELECT version, minute, 0 AS n, 0 AS failed, 0 AS timed, 0 AS requests, 0 AS errors, 0 AS latencies,
          toInt64(count()) AS signals, min(rows) AS least, max(rows) AS most, 0 AS open
        FROM (SELECT version, minute, signal, sum(${total}) AS rows FROM histograms
              WHERE ${within('minute')} AND baseline = ${plan.baseline ?? ''} AND segment = ''
              GROUP BY version, minute, signal HAVING rows != 0)
        GROUP BY version, minute`;
  const rows = await tools.lane.rows<{ version: string; at: number; events: number; counted: number }>(
    sql`SELECT version, toUnixTimestamp(minute) * 1000 AS at, sum(n) AS events, sum(t.requests) AS counted
        FROM (
          SELECT version, toStartOfMinute(ts) AS minute, toInt64(count()) AS n, toInt64(countIf(isNotNull(error))) AS failed,
            toInt64(countIf(NOT isNaN(latency_ms))) AS timed, 0 AS requests, 0 AS errors, 0 AS latencies,
            0 AS signals, 0 AS least, 0 AS most, ${settled} AS open
          FROM events WHERE ${within('ts')} GROUP BY version, minute
          UNION ALL SELECT version, minute, 0 AS n, 0 AS failed, 0 AS timed, sum(requests) AS requests, sum(errors) AS errors,
            0 AS latencies, 0 AS signals, 0 AS least, 0 AS most, 0 AS open
          FROM traffic WHERE ${within('minute')} AND segment = '' GROUP BY version, minute
          UNION ALL SELECT version, minute, 0 AS n, 0 AS failed, 0 AS timed, 0 AS requests, 0 AS errors,
            sum(${total}) AS latencies, 0 AS signals, 0 AS least, 0 AS most, 0 AS open
          FROM histograms WHERE ${within('minute')} AND baseline = '' AND segment = '' AND signal = ${LATENCY_SIGNAL}
          GROUP BY version, minute
          ${counted}) AS t
        GROUP BY version, minute
        HAVING sum(open) = 0 AND (
          events != counted OR sum(t.failed) != sum(t.errors) OR sum(t.timed) != sum(t.latencies)
          OR sum(t.least) != ${signals.length === 0 ? sql`0` : sql`events`}
          OR sum(t.most) != ${signals.length === 0 ? sql`0` : sql`events`}
          OR sum(t.signals) != if(events > 0, ${signals.length}, 0))
        ORDER BY minute, version`,
  );
  return rows.map((row) => ({
    version: row.version,
    minute: row.at,
    events: row.events,
    requests: row.counted,
  }));
}

/**
 * Makes the counts of these minutes what their events say, by adding the difference: what is missing with a plus,
 * what is too much with a minus. One insert a table, so readers never see a minute half built, and repeating it adds
 * nothing. Call it alone with the writes (see `WriteGate`).
 */
export async function rebuildMinutes(
  tools: AuditTools,
  plan: CountingPlan,
  minutes: readonly { version: string; minute: number }[],
): Promise<void> {
  const order: FeatureOrder = tools.features.order(plan.model);
  for (let i = 0; i < minutes.length; i += MINUTES_AT_ONCE) {
    const part = minutes.slice(i, i + MINUTES_AT_ONCE);
    const starts = part.map((one) => one.minute);
    const from = Math.min(...starts);
    const to = Math.max(...starts) + MINUTE_MS;
    const list = join(
      part.map((one) => sql`(${one.version}, ${second(one.minute)})`),
      ', ',
    );
    const stored = sql`model = ${plan.model} AND minute >= ${second(from)} AND minute < ${second(to)}
      AND (version, minute) IN (${list}) AND ${plannedSegments(plan)}`;
    const truth = sql`model = ${plan.model} AND ts >= ${moment(from)} AND ts < ${moment(to)}
      AND (version, toStartOfMinute(ts)) IN (${list})`;
    tools.touched(from);
    try {
      for (const count of countSelects(plan, order, truth))
        await addHistogramDifference(tools.lane, plan, count, stored);
      await addTrafficDifference(tools.lane, plan, trafficSelect(plan, truth), stored);
    } finally {
      tools.touched(from);
    }
  }
}

/** A difference may equal an earlier one, so it must not be dropped as its repetition. */
function ownToken(): Sql {
  return sql`SETTINGS insert_deduplication_token = ${randomUUID()}`;
}

async function addHistogramDifference(
  lane: Lane,
  plan: CountingPlan,
  count: CountSelect,
  stored: Sql,
): Promise<void> {
  await lane.run(
    sql`INSERT INTO histograms (model, version, baseline, segment, signal, minute, bins) ${ownToken()}
        SELECT ${plan.model}, version, baseline, segment, signal, minute, difference FROM (
          SELECT version, baseline, segment, signal, minute, sumMap(counts) AS difference FROM (
            SELECT version, baseline, segment, signal, minute, bins AS counts FROM (${count.select})
            UNION ALL
            SELECT version, baseline, segment, signal, minute, mapApply((k, n) -> (k, -n), bins) AS counts
            FROM histograms WHERE ${stored} AND baseline = ${count.baseline} AND signal IN ${count.signals})
          GROUP BY version, baseline, segment, signal, minute)
        WHERE arrayExists(n -> n != 0, mapValues(difference))`,
  );
}

async function addTrafficDifference(lane: Lane, plan: CountingPlan, truth: Sql, stored: Sql): Promise<void> {
  const sums = ['requests', 'errors', 'tokens_input', 'tokens_output'];
  const list = raw(sums.join(', '));
  await lane.run(
    sql`INSERT INTO traffic (model, version, segment, minute, ${list})
        ${ownToken()}
        SELECT ${plan.model}, version, segment, minute, ${raw(sums.map((name) => `sum(d.${name}) AS s_${name}`).join(', '))}
        FROM (${truth} UNION ALL
          SELECT version, segment, minute, ${raw(sums.map((name) => `-${name} AS ${name}`).join(', '))}
          FROM traffic WHERE ${stored}) AS d
        GROUP BY version, segment, minute
        HAVING ${raw(sums.map((name) => `s_${name} != 0`).join(' OR '))}`,
  );
}
