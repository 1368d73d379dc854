import type { Baseline, Verdict } from '@leeway/contract';
import { denseCounts, type SparseJson } from './counts.js';
import type { Lane } from './engine/lane.js';
import { moment, momentText, second, sql } from './sql.js';
import { VERDICT_COLUMNS, verdictLine } from './verdict-rows.js';

type SignalCounts = ReadonlyMap<string, readonly number[]>;

interface SliceRow {
  model: string;
  version: string;
  segment: string;
  baseline: string;
  signal: string;
  bins: SparseJson;
}

/** Verdicts or detector states that one insert takes. */
const LINES = 20_000;

/** What evaluation reads and writes. All ranges are `[from, to)` in epoch ms on minute boundaries. */
export function createEvaluationStore(lane: Lane, clock: () => number) {
  async function insertLines(
    table: string,
    columns: readonly string[],
    lines: readonly string[],
  ): Promise<void> {
    for (let i = 0; i < lines.length; i += LINES)
      await lane.insert({
        table,
        columns,
        format: 'JSONEachRow',
        body: [Buffer.from(`${lines.slice(i, i + LINES).join('\n')}\n`)],
      });
  }

  return {
    /** Versions and segments that had events. */
    activeSlices(
      model: string,
      from: number,
      to: number,
    ): Promise<{ version: string; segment: string; events: number }[]> {
      return lane.rows(
        sql`SELECT version, segment, sum(requests) AS events FROM traffic
            WHERE model = ${model} AND minute >= ${second(from)} AND minute < ${second(to)}
            GROUP BY version, segment HAVING events > 0 ORDER BY version, segment`,
      );
    },

    /** Versions and segments of many models that had events. */
    fleetSlices(
      models: readonly string[],
      from: number,
      to: number,
    ): Promise<{ model: string; version: string; segment: string; events: number }[]> {
      if (models.length === 0) return Promise.resolve([]);
      return lane.rows(
        sql`SELECT model, version, segment, sum(requests) AS events FROM traffic
            WHERE model IN ${models} AND minute >= ${second(from)} AND minute < ${second(to)}
            GROUP BY model, version, segment HAVING events > 0 ORDER BY model, version, segment`,
      );
    },

    /** Summed histograms of one window of many models, each against its own baseline. */
    async fleetHistograms(
      models: readonly { model: string; baseline: Baseline }[],
      from: number,
      to: number,
    ): Promise<{ model: string; version: string; segment: string; counts: SignalCounts }[]> {
      if (models.length === 0) return [];
      const baselines = new Map(models.map(({ model, baseline }) => [model, baseline]));
      const ids = [...new Set(models.map(({ baseline }) => baseline.id))];
      const rows = await lane.rows<SliceRow>(
        sql`SELECT model, version, segment, baseline, signal, sumMap(bins) AS bins FROM histograms
            WHERE model IN ${[...baselines.keys()]} AND baseline IN ${ids}
              AND minute >= ${second(from)} AND minute < ${second(to)}
            GROUP BY model, version, segment, baseline, signal ORDER BY model, version, segment`,
      );
      const slices = new Map<string, SliceRow[]>();
      for (const row of rows) {
        // Models that were trained on the same data share baselines, each at another time.
        if (baselines.get(row.model)?.id !== row.baseline) continue;
        const key = JSON.stringify([row.model, row.version, row.segment]);
        const list = slices.get(key);
        if (list) list.push(row);
        else slices.set(key, [row]);
      }
      return [...slices.values()].map((list) => {
        const { model, version, segment } = list[0]!;
        return { model, version, segment, counts: denseCounts(baselines.get(model)!.signals, list) };
      });
    },

    /** Summed histograms of every signal of the baseline by bucket; the keys are bucket starts (epoch ms). */
    async histogramBuckets(
      model: string,
      baseline: Baseline,
      version: string,
      segment: string,
      from: number,
      to: number,
      bucketMs: number,
    ): Promise<ReadonlyMap<number, SignalCounts>> {
      const rows = await lane.rows<{ t: number; signal: string; bins: SparseJson }>(
        sql`SELECT intDiv(toUnixTimestamp(minute) * 1000 - ${from}, ${bucketMs}) AS t, signal, sumMap(bins) AS bins
            FROM histograms
            WHERE model = ${model} AND version = ${version} AND baseline = ${baseline.id} AND segment = ${segment}
              AND minute >= ${second(from)} AND minute < ${second(to)}
            GROUP BY t, signal`,
      );
      const byBucket = new Map<number, typeof rows>();
      for (const row of rows) {
        const start = from + row.t * bucketMs;
        const list = byBucket.get(start);
        if (list) list.push(row);
        else byBucket.set(start, [row]);
      }
      return new Map([...byBucket].map(([t, list]) => [t, denseCounts(baseline.signals, list)]));
    },

    saveVerdicts(verdicts: readonly Verdict[]): Promise<void> {
      return insertLines('verdicts', VERDICT_COLUMNS, verdicts.map(verdictLine));
    },

    async loadDetectors(
      models: readonly string[],
    ): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
      const rows = await lane.rows<{ model: string; key: string; state: string }>(
        sql`SELECT model, key, argMax(state, at) AS state FROM detectors WHERE model IN ${models} GROUP BY model, key`,
      );
      const found = new Map<string, Map<string, string>>();
      for (const { model, key, state } of rows) {
        const held = found.get(model);
        if (held) held.set(key, state);
        else found.set(model, new Map([[key, state]]));
      }
      return found;
    },

    saveDetectors(model: string, states: ReadonlyMap<string, string>): Promise<void> {
      const at = momentText(clock());
      return insertLines(
        'detectors',
        ['model', 'key', 'state', 'at'],
        [...states].map(([key, state]) => JSON.stringify({ model, key, state, at })),
      );
    },

    /** Minutes (epoch ms of their starts) of each model that got events since `since`, by the time of receipt. */
    arrivalsSince(since: number): Promise<{ model: string; version: string; from: number; to: number }[]> {
      return lane.rows(
        sql`SELECT model, version, toUnixTimestamp(toStartOfMinute(min(ts))) * 1000 AS from,
              toUnixTimestamp(toStartOfMinute(max(ts))) * 1000 AS to
            FROM events WHERE received_at >= ${moment(since)} GROUP BY model, version`,
      );
    },

    /** Time of the first and last event of each model; models without events are left out. */
    async spans(models: readonly string[]): Promise<ReadonlyMap<string, { first: number; last: number }>> {
      const rows = await lane.rows<{ model: string; first: number; last: number }>(
        sql`SELECT model, toUnixTimestamp64Milli(min(ts)) AS first, toUnixTimestamp64Milli(max(ts)) AS last
            FROM events WHERE model IN ${models} GROUP BY model`,
      );
      return new Map(rows.map(({ model, first, last }) => [model, { first, last }]));
    },

    /** End of the newest window of each model that was evaluated against its baseline; models without are left out. */
    async lastEvaluated(
      models: readonly { model: string; baseline: string }[],
    ): Promise<ReadonlyMap<string, number>> {
      const wanted = new Map(models.map(({ model, baseline }) => [model, baseline]));
      const rows = await lane.rows<{ model: string; baseline: string; last: number }>(
        sql`SELECT model, baseline, toUnixTimestamp64Milli(max(window_end)) AS last FROM verdicts
            WHERE model IN ${[...wanted.keys()]} AND baseline IN ${[...new Set(wanted.values())]}
            GROUP BY model, baseline`,
      );
      const own = rows.filter(({ model, baseline }) => wanted.get(model) === baseline);
      return new Map(own.map(({ model, last }) => [model, last]));
    },
  };
}
