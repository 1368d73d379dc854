import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignalBins } from '@leeway/contract';
import { query } from 'chdb';
import { BatchBuilder } from './batch/builder.js';
import { Contexts } from './batch/contexts.js';
import { BATCH_LIMITS, type BatchLimits } from './batch/settings.js';
import type { IngestDeps } from './deps.js';
import { NO_METRICS } from './no-metrics.js';
import type { BinningPlan, FeatureOrder, FeaturePlace, FeatureRegistry, TableRows } from './ports.js';

/** A feature registry in memory, which is a real one without the disk. */
export function memoryRegistry(): FeatureRegistry & { appended: string[] } {
  const orders = new Map<string, Map<string, FeaturePlace>>();
  const appended: string[] = [];
  const order = (model: string): FeatureOrder => ({ model, places: orders.get(model) ?? new Map() });
  return {
    appended,
    order,
    async append(model, features) {
      const places = new Map(orders.get(model));
      for (const { name, kind } of features) {
        if (places.has(name)) continue;
        const position = [...places.values()].filter((place) => place.kind === kind).length;
        places.set(name, { name, kind, position });
        appended.push(name);
      }
      orders.set(model, places);
      return order(model);
    },
  };
}

export function signal(name: string, bins: Partial<SignalBins> = {}): SignalBins {
  return {
    signal: name,
    kind: 'numeric',
    role: 'feature',
    edges: [10, 20, 30],
    min: 0,
    max: 40,
    categories: [],
    ...bins,
  };
}

export function planOf(signals: SignalBins[], segmentTags: string[] = [], epoch = 1): BinningPlan {
  const plan = { model: 'm', baseline: 'b1', signals, segmentTags };
  return { epoch, models: new Map([['m', plan]]) };
}

/** The moment at which the tests' batches are begun. */
export const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);

export function builderOf(
  plan: BinningPlan,
  registry: FeatureRegistry = memoryRegistry(),
  limits: Partial<BatchLimits> = {},
): BatchBuilder {
  return new BatchBuilder(
    {
      plan,
      registry,
      limits: { ...BATCH_LIMITS, ...limits },
      times: { maxFutureMs: 300_000, maxAgeMs: 30 * 86_400_000 },
      source: 't:0',
      now: NOW,
    },
    new Contexts(registry, limits.models ?? BATCH_LIMITS.models),
  );
}

/** The bytes of a builder's rows of one table. */
export function bytesOf(builder: BatchBuilder, table: TableRows['table']): Buffer {
  const rows = builder.tables().find((candidate) => candidate.table === table);
  return Buffer.concat((rows?.body ?? []).map((piece) => Buffer.from(piece)));
}

/** A builder's events as the engine reads them. */
export function eventsOf(builder: BatchBuilder): Record<string, unknown>[] {
  const block = bytesOf(builder, 'events');
  if (block.length === 0) return [];
  const directory = mkdtempSync(join(tmpdir(), 'leeway-block-'));
  try {
    const path = join(directory, 'block.native');
    writeFileSync(path, block);
    const text = query(`SELECT * FROM file('${path}', 'Native')`, 'JSONEachRow');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Rows of one table of a builder that come as text, split into fields. */
export function rowsOf(builder: BatchBuilder, table: Exclude<TableRows['table'], 'events'>): string[][] {
  const text = bytesOf(builder, table).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** Counts by signal and bin over all histogram rows. */
export function countsOf(builder: BatchBuilder): Record<string, Record<number, number>> {
  const counts: Record<string, Record<number, number>> = {};
  for (const row of rowsOf(builder, 'histograms')) {
    const name = row[3] === '' ? row[4]! : `${row[3]}|${row[4]}`;
    const bins = counts[name] ?? {};
    counts[name] = bins;
    for (const [, bin, count] of row[6]!.matchAll(/(\d+):(\d+)/g))
      bins[Number(bin)] = (bins[Number(bin)] ?? 0) + Number(count);
  }
  return counts;
}

/** What a source of events needs besides a registry and a store: one plan, nobody who listens, the real clock. */
export function depsOf(
  needed: Pick<IngestDeps, 'registry' | 'store'> & Partial<IngestDeps>,
  plan: BinningPlan = planOf([signal('a')]),
): IngestDeps {
  const silence = () => {};
  return {
    plans: { current: () => plan, at: () => null, inFlight: silence },
    metrics: NO_METRICS,
    arrivals: { arrived: silence },
    logger: { debug: silence, info: silence, warn: silence, error: silence },
    clock: Date.now,
    ...needed,
  };
}
