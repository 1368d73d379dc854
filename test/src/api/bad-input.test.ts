import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type IngestAnswer, Problem } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Collector, eventually, runLeeway, startCollector } from '../support/collector.js';
import { baselineForm, trainingCsv } from '../support/samples.js';

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector({ env: { LEEWAY_BODY_LIMIT_MIB: '8' } });
});
afterAll(async () => {
  expect(await collector?.stop()).toBe(0);
});

const good = () => ({ model: 'm', version: '1', id: 'a', ts: Date.now(), features: { x: 1 }, prediction: 1 });
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  collector.ask<IngestAnswer>('/events', { method: 'POST', body, headers });

describe('an event that cannot be taken', () => {
  it.each<[string, object]>([
    ['a missing model', { ...good(), model: undefined }],
    ['an empty model', { ...good(), model: '' }],
    ['a number for a model', { ...good(), model: 7 }],
    ['features that are a list', { ...good(), features: [1, 2] }],
    ['a feature that is an object', { ...good(), features: { x: { y: 1 } } }],
    ['a ts a century ahead', { ...good(), ts: Date.now() + 100 * 365 * 86_400_000 }],
    ['a ts a century ago', { ...good(), ts: '1926-01-01T00:00:00Z' }],
    ['a ts that is no time', { ...good(), ts: 'yesterday' }],
    ['a negative latency', { ...good(), latency_ms: -1 }],
    [
      '10,000 features',
      { ...good(), features: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, i])) },
    ],
    ['a 5 MB string', { ...good(), features: { x: 'x'.repeat(5_000_000) } }],
  ])('%s is named with its place, and the others of the request are taken', async (_name, bad) => {
    const { status, body } = await post(JSON.stringify([good(), bad, good()]));
    expect(status).toBe(200);
    expect(body.accepted).toBe(2);
    expect(body.rejected_count).toBe(1);
    const [rejection] = body.rejected;
    expect(rejection).toMatchObject({ index: 1, path: expect.stringMatching(/^\$/) });
    expect(rejection!.code).toMatch(/^[a-z_]+$/);
    expect(rejection!.message.length).toBeGreaterThan(10);
  });

  it.each([
    ['truncated JSON', '{"model":"m","version":"1"'],
    ['no JSON', 'hello'],
    ['NaN', JSON.stringify(good()).replace('{"x":1}', '{"x":NaN}')],
    ['a bare number', '7'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])('%s alone gets 422 and stores nothing', async (_name, body) => {
    const answer = await post(body as string);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ accepted: 0, rejected_count: 1 });
  });

  it('one bad line of NDJSON costs only itself', async () => {
    const lines = [JSON.stringify(good()), '{"model":', JSON.stringify(good())].join('\n');
    const { body } = await post(gzipSync(lines) as Uint8Array<ArrayBuffer>, {
      'content-encoding': 'gzip',
      'content-type': 'application/x-ndjson',
    });
    expect(body).toMatchObject({ accepted: 2, rejected_count: 1, rejected: [{ index: 1 }] });
  });
});

describe('an event that is odd but right', () => {
  it.each<[string, string]>([
    ['1e308', JSON.stringify({ ...good(), features: { x: 1e308, y: -1e308, z: 5e-324 } })],
    ['unicode names', JSON.stringify({ ...good(), features: { größe: 1, 模型: 'ja', '💡': true } })],
    ['no features', JSON.stringify({ ...good(), features: {} })],
    ['duplicate keys', JSON.stringify(good()).replace('"x":1', '"x":1,"x":2')],
    ['nulls', JSON.stringify({ ...good(), features: { x: null }, score: null, tags: null, error: null })],
  ])('%s is taken', async (_name, body) => {
    expect((await post(body)).body).toMatchObject({ accepted: 1, rejected_count: 0 });
  });

  it('but an empty batch is refused by name: most likely it is a mistake of the sender', async () => {
    const { status, body } = await post('[]');
    expect(status).toBe(422);
    expect(body).toMatchObject({ accepted: 0, rejected_count: 1, rejected: [{ code: 'empty' }] });
  });
});

describe('a request that cannot be served', () => {
  it.each<[string, () => Promise<{ status: number; body: unknown }>, number, string]>([
    ['an empty body', () => post(''), 400, 'bad_request'],
    ['a body over the limit', () => post(' '.repeat(9 * 1_048_576)), 413, 'body_too_large'],
    ['an unknown model', () => collector.ask('/models/ghost/verdicts'), 404, 'model_not_found'],
    ['an unknown baseline', () => collector.ask('/baselines/ghost'), 404, 'baseline_not_found'],
    ['a model without a baseline', () => collector.ask('/models/m/histograms?signal=x'), 409, 'no_baseline'],
    ['an unknown metric', () => collector.ask('/models/m/series?metric=joy'), 400, 'invalid_request'],
    [
      'a window of seconds',
      () =>
        collector.ask('/models/m/settings', { method: 'PUT', json: { window_ms: 5_000, step_ms: 5_000 } }),
      400,
      'invalid_request',
    ],
  ])('%s', async (_name, request, status, code) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    expect(Problem.parse(answer.body).code).toBe(code);
  });
});

describe('a training file that cannot be used', () => {
  const png = Uint8Array.from([
    0x89,
    0x50,
    0x4e,
    0x47,
    0x0d,
    0x0a,
    0x1a,
    0x0a,
    ...new Array<number>(100).fill(0),
  ]);
  it.each<[string, string | Uint8Array<ArrayBuffer>, string, object]>([
    ['a Parquet file that is a PNG', png, 'train.parquet', {}],
    ['an empty file', '', 'train.csv', {}],
    ['a header without rows', 'a,b\n', 'train.csv', {}],
    ['one constant column', `a\n${'1\n'.repeat(500)}`, 'train.csv', {}],
    ['a column that is not there', trainingCsv(500), 'train.csv', { timestamp: 'when' }],
    ['a file of no known kind', 'hello', 'train.xlsx', {}],
  ])('%s is refused with a reason', async (_name, content, file, options) => {
    const answer = await collector.ask('/models/fresh/baselines', {
      method: 'POST',
      body: baselineForm(content, file, options),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
    const problem = Problem.parse(answer.body);
    expect(problem.code).toBe('unusable_baseline');
    expect(problem.detail.length).toBeGreaterThan(15);
    expect(problem.detail).not.toContain(tmpdir());
  });

  it('options that say nothing known are refused by name', async () => {
    const body = baselineForm(trainingCsv(500), 'train.csv', { timestmap: 'at' });
    const answer = await collector.ask('/models/fresh/baselines', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.body).detail).toContain('timestmap');
  });

  it('leaves no file behind and the collector well', async () => {
    expect((await ask(`${collector.url}/readyz`)).status).toBe(200);
    expect((await collector.ask<{ baselines: unknown[] }>('/baselines')).body.baselines).toEqual([]);
  });
});

describe('a collector that cannot start', () => {
  it('says that another one has the data directory', async () => {
    const second = await runLeeway(['serve', '--port', '0', '--data-dir', collector.dataDir]);
    expect(second.code).toBe(2);
    expect(second.err).toContain('Another collector has the data directory');
    expect((await ask(`${collector.url}/readyz`)).status).toBe(200);
  });

  it('says that the data directory cannot be written to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leeway-test-'));
    try {
      writeFileSync(join(directory, 'file'), '');
      const { code, err } = await runLeeway(['serve', '--port', '0', '--data-dir', join(directory, 'file')]);
      expect(code).toBe(2);
      expect(err).toMatch(/data directory .* can't be written to/);
      expect(err).toContain('LEEWAY_DATA_DIR');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says that the port is taken', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leeway-test-'));
    try {
      const port = new URL(collector.url).port;
      const { code, err } = await runLeeway(['serve', '--port', port, '--data-dir', directory]);
      expect(code).toBe(2);
      expect(err).toContain(`Port ${port}`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('lists all that is wrong with its configuration', async () => {
    const { code, err } = await runLeeway(['serve'], { LEEWAY_PORT: 'high', LEEWAY_HOST: '0.0.0.0' });
    expect(code).toBe(2);
    expect(err).toContain('LEEWAY_PORT');
    expect(err).toContain('LEEWAY_API_TOKEN');
  });
});

describe('a broker that is down', () => {
  it('does not keep the collector from serving, and shows in its state', async () => {
    const alone = await startCollector({ env: { KAFKA_BROKERS: '127.0.0.1:9' } });
    try {
      expect((await alone.ask('/events', { json: good() })).body).toMatchObject({ accepted: 1 });
      const { body } = await alone.ask<{ ingest: { kafka: { connected: boolean } } }>('/status');
      expect(body.ingest.kafka.connected).toBe(false);
      await eventually(async () => alone.log().includes('Kafka does not answer yet'));
    } finally {
      expect(await alone.stop()).toBe(0);
    }
  });
});
