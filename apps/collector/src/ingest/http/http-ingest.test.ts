import { expect, it } from 'vitest';
import { createQualityBook } from '../batch/data-quality.js';
import type { IngestDeps } from '../deps.js';
import { depsOf, memoryRegistry, planOf, signal } from '../testing.js';
import { createHttpIngest, type HttpIngestOptions } from './http-ingest.js';

/** Ingest without a store and without the schema registry that it is told of. */
function ingestAlone(options: Partial<HttpIngestOptions> = {}) {
  const held = new Map<string, number>();
  const registry = memoryRegistry();
  registry.append = async () => {
    throw Object.assign(new Error('the store is away'), { retry: true });
  };
  const deps = depsOf({
    plans: {
      current: () => planOf([signal('a')]),
      at: () => null,
      inFlight: (owner, epoch) => void (epoch === null ? held.delete(owner) : held.set(owner, epoch)),
    },
    registry,
    store: { healthy: () => true, storedBySource: async () => 0 } as unknown as IngestDeps['store'],
  });
  const http = createHttpIngest(deps, {
    quality: createQualityBook(deps, 2_000),
    times: { maxFutureMs: 300_000, maxAgeMs: 86_400_000 },
    // Nobody listens there: the registry is away.
    registry: { url: 'http://127.0.0.1:9' },
    ...options,
  });
  return { http, held };
}

const event = { model: 'm', version: '1', id: 'e', ts: Date.now(), features: { a: 1 } };
const [json, avro] = [Buffer.from(JSON.stringify(event)), Buffer.from([0, 0, 0, 0, 7, 1, 2])];

it('lets go of the plan when a request with a key can’t be decoded or added for now', async () => {
  const { http, held } = ingestAlone();
  const headers = (key: string) => ({ 'idempotency-key': key });
  await expect(http.events(json, 'application/json', headers('one'))).rejects.toThrow('the store is away');
  await expect(http.events(avro, 'application/octet-stream', headers('two'))).rejects.toThrow(
    /schema registry/,
  );
  expect(held.size).toBe(0);
  await http.stop(100);
});

it('gives the bytes of requests back that can’t be decoded for now', async () => {
  const { http } = ingestAlone({ bytesInFlight: 2 * avro.length });
  for (let i = 0; i < 5; i++)
    await expect(http.events(avro, 'application/octet-stream', {})).rejects.toThrow(/schema registry/);
  await http.stop(100);
});
