import { LATENCY_SIGNAL } from '@leeway/contract';
import type { Lane } from '../engine/lane.js';
import { array, raw, type Sql, second, sql } from '../sql.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../types.js';

/** A made-up history of `[from, to)`, epoch ms on whole hours; nothing in it is drawn at random twice. */
export interface SeedSpan {
  from: number;
  to: number;
}

const SUMS = ['requests', 'errors', 'rejected', 'anomalies', 'tokens_input', 'tokens_output'] as const;

/** A repeatable number below `most` from what names a row. */
export function drawn(most: number, ...of: Sql[]): Sql {
  return sql`(cityHash64(${raw(of.map((one) => one.text).join(', '))}) % ${most})`;
}

/** Rows `model, step` of every model and every step of a span; `step` is a DateTime. */
function grid(models: readonly string[], span: SeedSpan, stepMs: number): Sql {
  const steps = Math.round((span.to - span.from) / stepMs);
  return sql`(SELECT model, ${second(span.from)} + number * ${stepMs / 1_000} AS step
    FROM (SELECT arrayJoin(${array(models)}) AS model) AS m CROSS JOIN numbers(${steps}) AS n)`;
}

/**
 * Minutes of traffic and latency for many models, with the hours that the roll-up would make of them. `perMinute` is
 * the mean number of requests; one in 300 fails.
 */
export async function seedTraffic(
  lane: Lane,
  models: readonly string[],
  span: SeedSpan,
  perMinute: number,
): Promise<void> {
  const n = sql`toInt64(${Math.floor(perMinute / 2)} + ${drawn(perMinute + 1, sql`model`, sql`step`)})`;
  await lane.run(
    sql`INSERT INTO traffic (model, version, segment, minute, requests, errors)
        SELECT model, 'v1', '', step, ${n} AS requests, toInt64(${drawn(300, sql`step`, sql`model`)} < requests)
        FROM ${grid(models, span, MINUTE_MS)}`,
  );
  // Around 40 ms, with a tail: each minute in twelve of the logarithmic bins.
  const bins = sql`arrayMap(i -> toUInt16(320 + intDiv(i * i, 2) + ${drawn(20, sql`i`, sql`model`)}), range(12))`;
  await lane.run(
    sql`INSERT INTO histograms (model, version, baseline, segment, signal, minute, bins)
        SELECT model, 'v1', '', '', ${LATENCY_SIGNAL}, step,
          CAST((${bins}, arrayMap(i -> toInt64(1 + ${drawn(4, sql`i`, sql`step`)}), range(12))), 'Map(UInt16, Int64)')
        FROM ${grid(models, span, MINUTE_MS)}`,
  );
  await rollUp(lane, models, span);
}

/** What the roll-up makes of the minutes: hours, and the days that are over. */
export async function rollUp(lane: Lane, models: readonly string[], span: SeedSpan): Promise<void> {
  const where = sql`model IN ${models} AND minute >= ${second(span.from)} AND minute < ${second(span.to)}`;
  await lane.run(
    sql`INSERT INTO traffic_hour (model, version, segment, hour, ${raw(SUMS.join(', '))}, computed_at)
        SELECT model, version, segment, toStartOfHour(minute) AS at, ${raw(SUMS.map((name) => `sum(t.${name})`).join(', '))}, now64(3)
        FROM traffic AS t WHERE ${where} GROUP BY model, version, segment, at`,
  );
  await lane.run(
    sql`INSERT INTO histograms_hour (model, version, baseline, segment, signal, hour, bins, computed_at)
        SELECT model, version, baseline, segment, signal, toStartOfHour(minute) AS at, sumMap(bins), now64(3)
        FROM histograms WHERE ${where} GROUP BY model, version, baseline, segment, signal, at`,
  );
  const over = second(Math.floor(span.to / DAY_MS) * DAY_MS);
  await lane.run(
    sql`INSERT INTO histograms_day (model, version, baseline, segment, signal, day, bins, computed_at)
        SELECT model, version, baseline, segment, signal, toStartOfDay(minute) AS at, sumMap(bins), now64(3)
        FROM histograms WHERE ${where} AND minute < ${over} GROUP BY model, version, baseline, segment, signal, at`,
  );
}

export interface SeedHistograms {
  model: string;
  baseline: string;
  signals: readonly string[];
  /** Regular bins of every signal; their counts begin at position 2 of the dense layout. */
  bins: number;
  perMinute: number;
}

/**
 * Counts of many signals: by the minute for `minutes` (with their hours), by the hour alone for the time before it,
 * as it is where minutes are kept for a few days.
 */
export async function seedHistograms(
  lane: Lane,
  what: SeedHistograms,
  hours: SeedSpan,
  minutes: SeedSpan,
): Promise<void> {
  const signals = sql`(SELECT arrayJoin(${array(what.signals)}) AS signal)`;
  const steps = (span: SeedSpan, ms: number) => Math.round((span.to - span.from) / ms);
  const old = { from: hours.from, to: minutes.from };
  const perBin = Math.round((what.perMinute * 60) / what.bins);
  await lane.run(
    sql`INSERT INTO traffic_hour (model, version, segment, hour, requests, errors, computed_at)
        SELECT ${what.model}, 'v1', '', ${second(old.from)} + number * 3600, ${what.perMinute * 60}, number % 40, now64(3)
        FROM numbers(${steps(old, HOUR_MS)})`,
  );
  await lane.run(
    sql`INSERT INTO histograms_hour (model, version, baseline, segment, signal, hour, bins, computed_at)
        SELECT ${what.model}, 'v1', ${what.baseline}, '', signal, ${second(old.from)} + n.number * 3600 AS hour,
          CAST((arrayMap(i -> toUInt16(2 + i), range(${what.bins})),
                arrayMap(i -> toInt64(${Math.floor(perBin / 2)} + ${drawn(perBin + 1, sql`i`, sql`hour`, sql`signal`)}), range(${what.bins}))),
               'Map(UInt16, Int64)'), now64(3)
        FROM ${signals} AS s CROSS JOIN numbers(${steps(old, HOUR_MS)}) AS n`,
  );
  // A minute holds fewer events than bins: most bins are empty.
  const kept = Math.min(what.bins, Math.round(what.perMinute * 0.7));
  await lane.run(
    sql`INSERT INTO histograms (model, version, baseline, segment, signal, minute, bins)
        SELECT ${what.model}, 'v1', ${what.baseline}, '', signal, ${second(minutes.from)} + n.number * 60 AS minute,
          CAST((arrayMap(i -> toUInt16(2 + (i * 7 + ${drawn(what.bins, sql`minute`, sql`signal`)}) % ${what.bins}), range(${kept})),
                arrayMap(i -> toInt64(1 + i % 2), range(${kept}))), 'Map(UInt16, Int64)')
        FROM ${signals} AS s CROSS JOIN numbers(${steps(minutes, MINUTE_MS)}) AS n`,
  );
}
