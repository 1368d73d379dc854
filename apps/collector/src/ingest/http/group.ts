import { BatchBuilder } from '../batch/builder.js';
import type { Contexts } from '../batch/contexts.js';
import type { QualityBook } from '../batch/data-quality.js';
import type { BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
import type { TableRows } from '../ports.js';
import { mayRetry, retryDelay, sleep } from '../retry.js';

export interface GroupOptions {
  limits: BatchLimits;
  times: TimePolicy;
  /** How long a write that the store refuses for now is tried again before the caller is told, ms. */
  retryForMs: number;
  quality: QualityBook;
}

/** One write of HTTP events: what several requests brought, or one request with an idempotency key. */
export interface Group {
  builder: BatchBuilder;
  key: string;
}

/** Opens a group. Without an idempotency key its events' source is `http`. */
export function openGroup(
  deps: IngestDeps,
  contexts: Contexts,
  options: GroupOptions,
  key: string,
  source: string,
): Group {
  const plan = deps.plans.current();
  deps.plans.inFlight(key, plan.epoch);
  const builder = new BatchBuilder(
    {
      plan,
      registry: deps.registry,
      limits: options.limits,
      times: options.times,
      source,
      now: deps.clock(),
    },
    contexts,
  );
  return { builder, key };
}

/** Writes tables of a group, again and again while the store may recover. Its tokens make the repeats harmless. */
export async function writeTables(
  deps: IngestDeps,
  { builder, key }: Group,
  options: GroupOptions,
  tables: readonly TableRows[],
): Promise<void> {
  const rows = builder.eventRows + builder.labelRows;
  const started = deps.clock();
  for (let attempt = 0; ; attempt++) {
    try {
      await deps.store.write({
        key,
        source: builder.settings.source,
        firstOffset: 0n,
        lastOffset: BigInt(Math.max(0, rows - 1)),
        epoch: builder.settings.plan.epoch,
        tables,
      });
      return;
    } catch (error) {
      if (!mayRetry(error) || deps.clock() - started > options.retryForMs) throw error;
      await sleep(retryDelay(attempt));
    }
  }
}

/** Writes a group and lets go of it. `only` names the tables. */
export async function writeGroup(
  deps: IngestDeps,
  group: Group,
  options: GroupOptions,
  only?: readonly string[],
): Promise<void> {
  const { builder } = group;
  const rows = builder.eventRows + builder.labelRows;
  const tables = builder.tables().filter(({ table }) => only === undefined || only.includes(table));
  const started = deps.clock();
  try {
    if (tables.length === 0) return;
    await writeTables(deps, group, options, tables);
    deps.metrics.batch(rows, 0, deps.clock() - started);
    deps.metrics.stored('http', rows);
    options.quality.note(builder, { source: 'http' });
    builder.announce(deps.arrivals);
  } finally {
    letGo(deps, group);
  }
}

/** Gives back what a group holds. */
export function letGo(deps: Pick<IngestDeps, 'plans'>, { builder, key }: Group): void {
  builder.release();
  deps.plans.inFlight(key, null);
}
