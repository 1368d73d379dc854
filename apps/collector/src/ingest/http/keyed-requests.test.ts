import { describe, expect, it } from 'vitest';
import { withStore } from '../../store/testing.js';
import { createQualityBook } from '../batch/data-quality.js';
import type { IngestDeps } from '../deps.js';
import { NO_METRICS } from '../no-metrics.js';
import { planOf, signal } from '../testing.js';
import { createHttpIngest } from './http-ingest.js';

const held = withStore();
const silence = () => {};
const plan = planOf([signal('a')]);

/** Ingest as it is after a start: it remembers no request. */
function started(store: IngestDeps['store'] = held.store.batches) {
  const deps: IngestDeps = {
    plans: { current: () => plan, at: () => null, inFlight: silence },
    registry: held.store.features,
    store,
    metrics: NO_METRICS,
    arrivals: { arrived: silence },
    logger: { debug: silence, info: silence, warn: silence, error: silence },
    clock: Date.now,
  };
  const http = createHttpIngest(deps, {
    quality: createQualityBook(deps, 2_000),
    times: { maxFutureMs: 300_000, maxAgeMs: 86_400_000 },
    retryForMs: -1,
  });
  const send = (key: string, body: unknown) =>
    http.events(Buffer.from(JSON.stringify(body)), 'application/json', { 'idempotency-key': key });
  return { send };
}

const event = (id: string) => ({ model: 'm', version: '1', id, ts: Date.now(), features: { a: 1 } });

describe('a retry after a restart', () => {
  it('is told from other content by ids as they are, whatever characters they have', async () => {
    const ids = ['tab\there', 'slash\\there', 'line\nhere', 'zero\0here', '\b\f\r', "quote's", 'ü€😀'];
    const body = ids.map(event);
    expect(await started().send('odd', body)).toMatchObject({ accepted: ids.length });
    expect(await started().send('odd', body)).toMatchObject({ accepted: ids.length, replayed: true });
    for (const [place, id] of [
      [0, 'tab\\there'],
      [1, 'slash\there'],
    ] as const)
      await expect(started().send('odd', body.with(place, event(id)))).rejects.toMatchObject({
        code: 'idempotency_key_reused',
      });
  });
});
