import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Baseline, Verdict } from '@leeway/contract';
import { afterAll, beforeAll } from 'vitest';
import { openStore, type Store, type StoreOptions } from './open.js';
import type { StoreLogger } from './types.js';

/** A logger that keeps what it was told, for tests. */
export function memoryLogger(): StoreLogger & {
  lines: { level: string; fields: object; message: string }[];
} {
  const lines: { level: string; fields: object; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A new directory under the system's temporary one; the caller removes it. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'leeway-store-'));
}

/** Opens a real store on a temporary directory around the tests of a file. */
export function withStore(options: Partial<StoreOptions> = {}): {
  readonly store: Store;
  readonly directory: string;
} {
  const held: { store?: Store; directory?: string } = {};
  beforeAll(async () => {
    held.directory = temporaryDirectory();
    held.store = await openStore({ dataDir: held.directory, memoryMib: 512, ...options }, memoryLogger());
  });
  afterAll(async () => {
    await held.store?.close();
    rmSync(held.directory!, { recursive: true, force: true });
  });
  return {
    get store() {
      return held.store!;
    },
    get directory() {
      return held.directory!;
    },
  };
}

export interface TestEvent {
  model: string;
  version: string;
  id: string;
  ts: number;
  numeric: number[];
  categorical: (string | null)[];
  embeddings?: readonly (readonly number[])[];
  prediction: number;
  predictionClass: string | null;
  score: number;
  latency: number;
  error: string | null;
  tags: Record<string, string>;
  source: string;
  offset: number;
  epoch: number;
}

/** An event with defaults for what a test doesn't care about. */
export function testEvent(event: Partial<TestEvent> & { id: string; ts: number }): TestEvent {
  return {
    model: 'm',
    version: 'v1',
    numeric: [],
    categorical: [],
    prediction: Number.NaN,
    predictionClass: null,
    score: Number.NaN,
    latency: Number.NaN,
    error: null,
    tags: {},
    source: 'kafka:t:0',
    offset: 0,
    epoch: 0,
    ...event,
  };
}

export const EVENT_COLUMNS = [
  'model',
  'version',
  'id',
  'ts',
  'numeric',
  'categorical',
  'embeddings',
  'prediction',
  'prediction_class',
  'probabilities',
  'score',
  'latency_ms',
  'error',
  'tags',
  'tokens_input',
  'tokens_output',
  'source',
  'offset',
  'epoch',
  'received_at',
];

const quote = (text: string | null) =>
  text === null ? 'NULL' : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const number = (x: number) =>
  Number.isNaN(x) ? 'nan' : x === Infinity ? 'inf' : x === -Infinity ? '-inf' : String(x);
const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** Events as the TSV that ingest writes. */
export function eventRows(events: readonly TestEvent[]) {
  const lines = events.map((e) =>
    [
      e.model,
      e.version,
      e.id,
      seconds(e.ts),
      `[${e.numeric.map(number).join(',')}]`,
      `[${e.categorical.map(quote).join(',')}]`,
      `[${(e.embeddings ?? []).map((vector) => `[${vector.map(number).join(',')}]`).join(',')}]`,
      number(e.prediction),
      e.predictionClass ?? '\\N',
      '{}',
      number(e.score),
      number(e.latency),
      e.error ?? '\\N',
      `{${Object.entries(e.tags)
        .map(([tag, value]) => `${quote(tag)}:${quote(value)}`)
        .join(',')}}`,
      '\\N',
      '\\N',
      e.source,
      e.offset,
      e.epoch,
      seconds(e.ts + 1_000),
    ].join('\t'),
  );
  return {
    table: 'events' as const,
    columns: EVENT_COLUMNS,
    rows: events.length,
    format: 'TabSeparated' as const,
    body: [`${lines.join('\n')}\n`],
  };
}

/** A batch of events alone. */
export function eventBatch(key: string, events: readonly TestEvent[]) {
  const offsets = events.map((event) => BigInt(event.offset));
  return {
    key,
    source: events[0]?.source ?? '',
    firstOffset: offsets[0] ?? 0n,
    lastOffset: offsets[offsets.length - 1] ?? 0n,
    epoch: events[0]?.epoch ?? 0,
    tables: [eventRows(events)],
  };
}

/** A verdict with defaults for what a test doesn't care about. Times in epoch ms. */
export function testVerdict(
  verdict: Partial<Omit<Verdict, 'window_start' | 'window_end' | 'evaluated_at'>> & {
    start: number;
    end: number;
    evaluated?: number;
  },
): Verdict {
  const { start, end, evaluated, ...rest } = verdict;
  return {
    model: 'm',
    version: 'v1',
    segment: '',
    signal: 'x',
    kind: 'numeric',
    role: 'feature',
    baseline: 'b1',
    window_start: new Date(start).toISOString(),
    window_end: new Date(end).toISOString(),
    evaluated_at: new Date(evaluated ?? end).toISOString(),
    historical: false,
    n_baseline: 1000,
    n_current: 100,
    psi: 0.1,
    psi_debiased: 0.05,
    js_divergence: 0.01,
    js_distance: 0.1,
    ks_low: 0.03,
    ks_high: 0.05,
    chi2: 12,
    dof: 9,
    p_value: 0.2,
    q_value: 0.4,
    phi: 1,
    reference: 'all',
    missing_baseline: 0,
    missing_current: 0,
    unseen_share: null,
    out_of_range_share: 0,
    verdict: 'stable',
    reason: 'PSI 0.05 on 100 events',
    rows_needed: 80,
    direction: null,
    sequential: null,
    ...rest,
  };
}

/** Rows of a table of counts. */
export function histogramRows(
  rows: readonly {
    model: string;
    version?: string;
    baseline: string;
    segment?: string;
    signal: string;
    minute: number;
    bins: Record<number, number>;
  }[],
) {
  const lines = rows.map((row) => {
    const bins = Object.entries(row.bins).map(([bin, count]) => `${bin}:${count}`);
    return [
      row.model,
      row.version ?? 'v1',
      row.baseline,
      row.segment ?? '',
      row.signal,
      row.minute / 1000,
      `{${bins.join(',')}}`,
    ].join('\t');
  });
  return {
    table: 'histograms' as const,
    columns: ['model', 'version', 'baseline', 'segment', 'signal', 'minute', 'bins'],
    rows: rows.length,
    format: 'TabSeparated' as const,
    body: [`${lines.join('\n')}\n`],
    oldestMinute: Math.min(...rows.map((row) => row.minute)),
  };
}

export function trafficRows(
  rows: readonly {
    model: string;
    version?: string;
    segment?: string;
    minute: number;
    requests: number;
    errors?: number;
    rejected?: number;
    tokensInput?: number;
  }[],
) {
  const lines = rows.map((row) =>
    [
      row.model,
      row.version ?? 'v1',
      row.segment ?? '',
      row.minute / 1000,
      row.requests,
      row.errors ?? 0,
      row.rejected ?? 0,
      row.tokensInput ?? 0,
    ].join('\t'),
  );
  return {
    table: 'traffic' as const,
    columns: ['model', 'version', 'segment', 'minute', 'requests', 'errors', 'rejected', 'tokens_input'],
    rows: rows.length,
    format: 'TabSeparated' as const,
    body: [`${lines.join('\n')}\n`],
    oldestMinute: Math.min(...rows.map((row) => row.minute)),
  };
}

export function labelRows(
  rows: readonly { model: string; id: string; ts: number; number?: number; class?: string }[],
) {
  const lines = rows.map((row) =>
    [
      row.model,
      row.id,
      seconds(row.ts),
      row.number ?? 'nan',
      row.class ?? '\\N',
      'http',
      0,
      seconds(row.ts),
    ].join('\t'),
  );
  return {
    table: 'labels' as const,
    columns: ['model', 'id', 'ts', 'number', 'class', 'source', 'offset', 'received_at'],
    rows: rows.length,
    format: 'TabSeparated' as const,
    body: [`${lines.join('\n')}\n`],
  };
}

/** A small baseline: numeric `x` over edges 10 and 20 within 0..30, and categorical `city`. */
export function testBaseline(model: string, id = 'b1'): Baseline {
  const common = {
    rows: 1000,
    mean: null,
    std: null,
    quantiles: null,
    phi: 1,
    importance: null,
    seasonal: null,
  };
  return {
    id,
    model,
    name: 'training',
    created_at: '2026-01-01T00:00:00.000Z',
    rows: 1000,
    source: { file: 'train.parquet', format: 'parquet', bytes: 1 },
    signals: [
      {
        ...common,
        signal: 'x',
        kind: 'numeric',
        role: 'feature',
        edges: [10, 20],
        min: 0,
        max: 30,
        categories: [],
        counts: [0, 0, 300, 400, 300, 0],
      },
      {
        ...common,
        signal: 'city',
        kind: 'categorical',
        role: 'feature',
        edges: [],
        min: null,
        max: null,
        categories: ['Berlin', 'Oslo'],
        tail: ['Bonn'],
        counts: [0, 600, 390, 10, 0],
      },
      {
        ...common,
        signal: '@prediction',
        kind: 'numeric',
        role: 'prediction',
        edges: [0.5],
        min: 0,
        max: 1,
        categories: [],
        counts: [0, 0, 500, 500, 0],
      },
    ],
    left_out: [],
    warnings: [],
    latency: null,
    performance: null,
    span: null,
  };
}
