import { BatchBuilder } from '../batch/builder.js';
import type { Contexts } from '../batch/contexts.js';
import type { QualityBook } from '../batch/data-quality.js';
import type { BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
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

/** Writes a group, again and again while the store may recover. Its tokens make the repeats harmless. `only` names the tables. */
export async function writeGroup(
  deps: IngestDeps,
  group: Group,
  options: GroupOptions,
  only?: readonly string[],
): Promise<void> {
  const { builder, key } = group;
  const rows = builder.eventRows + builder.labelRows;
  const tables = builder.tables().filter(({ table }) => only === undefined || only.includes(table));
  const started = deps.clock();
  try {
    if (tables.length === 0) return;
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
        break;
      } catch (error) {
        if (!mayRetry(error) || deps.clock() - started > options.retryForMs) throw error;
        await sleep(retryDelay(attempt));
      }
    }
    deps.metrics.batch(rows, 0, deps.clock() - started);
    deps.metrics.stored('http', rows);
    options.quality.note(builder, { source: 'http' });
    builder.announce(deps.arrivals);
  } finally {
    builder.release();
    deps.plans.inFlight(key, null);
  }
}
