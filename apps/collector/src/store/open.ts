import { createBaselineTable } from './baselines.js';
import { createBatchWriter } from './batches.js';
import { createCounting, type RepairListener } from './counting/counting.js';
import { createEvaluationStore } from './evaluation.js';
import { openFeatures } from './features.js';
import { WriteGate } from './gate.js';
import { openJournal } from './journal.js';
import { openEmbeddedLanes, openServerLanes, type ServerTarget } from './lanes.js';
import { createMaintenance } from './maintenance.js';
import { createOutcomes } from './outcomes.js';
import { createFacts, createReadStore } from './read-store.js';
import { createRollup } from './rollup.js';
import { createRollupDays } from './rollup-days.js';
import { createFileOpener } from './samples/open-file-engine.js';
import { migrate } from './schema/migrations.js';
import { daysKept, type Retention, type Topology } from './schema/table.js';
import { TABLES } from './schema/tables.js';
import { sql } from './sql.js';
import type { PlanLookup, StoreLogger } from './types.js';

export interface StoreOptions {
  /** Data directory of the embedded engine; or give `server`. */
  dataDir?: string | null;
  server?: ServerTarget | null;
  database?: string;
  /** Memory that the engine may take, MiB (embedded), or one query of ours may take (server). */
  memoryMib?: number;
  /** Days that events, minutes and hours are kept. */
  retainDays?: Retention;
  clock?: () => number;
}

/**
 * Opens the store and brings its schema up to date. Throws a `StoreError` with a code when it can't:
 * `data_directory_in_use`, `data_directory_unwritable`, `disk_full`, `unavailable`.
 */
export async function openStore(options: StoreOptions, logger: StoreLogger) {
  const clock = options.clock ?? Date.now;
  const laneOptions = { database: options.database ?? 'leeway', memoryMib: options.memoryMib ?? 1024 };
  const retention = options.retainDays ?? { events: 30, minutes: 90, hours: 730 };
  const mode: 'embedded' | 'server' = options.server ? 'server' : 'embedded';
  const topology: Topology = { cluster: options.server?.cluster ?? null };
  const opened = options.server
    ? { ...(await openServerLanes(options.server, laneOptions)), engine: null }
    : await openEmbeddedLanes({ dataDir: options.dataDir ?? './leeway-data' }, laneOptions);
  const { lanes } = opened;
  const files = createFileOpener(opened.engine, laneOptions.memoryMib);
  const close = async () => {
    await files.close();
    await opened.close();
  };
  try {
    const applied = await migrate(lanes.background, topology, retention);
    if (applied.length > 0) logger.info({ versions: applied, mode }, 'store schema brought up to date');
    const shared = mode === 'server';
    const gate = new WriteGate();
    const features = await openFeatures(lanes.journal, shared, clock);
    /** Days for which each of these tables still has its rows. */
    const kept = (...names: string[]) =>
      Math.min(...TABLES.filter(({ name }) => names.includes(name)).map((spec) => daysKept(spec, retention)));
    const days = createRollupDays(lanes.background, {
      hourDays: kept('histograms_hour', 'histograms_day'),
      clock,
    });
    const rollup = createRollup(lanes.background, days, {
      minuteDays: kept('histograms', 'traffic', 'histograms_hour', 'traffic_hour'),
      alone: !shared,
      clock,
    });
    await rollup.load();
    const batches = createBatchWriter(lanes.ingest, gate, clock, rollup.touch);
    let plans: PlanLookup = () => null;
    let onRepair: RepairListener = () => {};
    const counting = createCounting(
      { lane: lanes.background, gate, features, shared, clock, touched: rollup.touch },
      {
        eventDays: kept('events', 'histograms', 'traffic'),
        unfinished: () => batches.unfinished(),
        plans: () => plans,
        repaired: (...minutes) => onRepair(...minutes),
        logger,
      },
    );
    const outcomes = createOutcomes(lanes.background, {
      eventDays: kept('events', 'labels', 'outcomes'),
      clock,
    });
    return {
      mode,
      topology,
      retention,
      lanes,
      gate,
      /** Ingest's `BatchStore`. */
      batches: { ...batches, repairRange: counting.repairRange },
      counting,
      baselines: createBaselineTable(lanes.journal),
      /** Tells under which plan a model's events are counted now; without it only latency and traffic are audited. */
      usePlans(lookup: PlanLookup): void {
        plans = lookup;
      },
      /** Who hears of minutes whose counts were made right. */
      onRepair(listener: RepairListener): void {
        onRepair = listener;
      },
      features,
      journal: await openJournal(lanes.journal, shared),
      evaluation: createEvaluationStore(lanes.evaluate, clock),
      facts: createFacts(lanes.evaluate),
      reads: createReadStore(lanes.read, features, () => rollup.horizon()),
      rollup,
      outcomes,
      /** Background work: audit of new counts, roll-up of hours, sums of outcomes. */
      maintenance: createMaintenance(lanes.background, { counting, rollup, outcomes, clock, logger }),
      /** Opens a Parquet, CSV or NDJSON file of rows; see `SampleFile`. */
      openFile: files.open,
      /** A quick question to the engine. */
      async check(): Promise<{ ok: boolean; detail: string }> {
        try {
          await lanes.read.rows(sql`SELECT 1`);
          return {
            ok: true,
            detail: mode === 'embedded' ? 'embedded ClickHouse answers' : 'ClickHouse answers',
          };
        } catch (error) {
          return { ok: false, detail: error instanceof Error ? error.message : String(error) };
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
export type Store = Awaited<ReturnType<typeof openStore>>;
