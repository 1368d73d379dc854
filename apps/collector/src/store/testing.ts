import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      '[]',
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
    tsv: [`${lines.join('\n')}\n`],
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
