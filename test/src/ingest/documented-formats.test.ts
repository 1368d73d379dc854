import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeadLetter,
  type EventPage,
  IngestAnswer,
  type Problem,
  type StatusReport,
  type StoredEvent,
} from '@leeway/contract';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, eventually, ROOT, runLeeway, startCollector } from '../support/collector.js';
import { confluent, startRegistry, type TestRegistry } from '../support/schema-registry.js';

const text = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');

/** The samples of a section of docs/events.md, as if they were made this minute. */
function samples(heading: string): string[] {
  const from = text.indexOf(`\n${heading}\n`);
  expect(from, `docs/events.md has no section "${heading}"`).toBeGreaterThan(0);
  const level = heading.split(' ')[0]!;
  const end = text.slice(from + 2).search(new RegExp(`\n#{1,${level.length}} `));
  const section = end < 0 ? text.slice(from) : text.slice(from, from + 2 + end);
  const now = new Date(Date.now() - 60_000).toISOString();
  return [...section.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map((match) =>
    match[1]!
      .replaceAll(/2026-01-31T12:00/g, now.slice(0, 16))
      .replaceAll(/17698608(0[01])/g, (_all, tail: string) =>
        String(Math.floor(Date.now() / 1_000) - 60 + Number(tail)),
      ),
  );
}

/** A sample of headers, an empty line and a body. */
function halfOf(sample: string): { headers: Record<string, string>; body: string } {
  const [head, body] = sample.split(/\n\n/);
  const headers = head!.split('\n').map((line) => {
    const [, name, value] = /^ce_(\w+): (.*)$/.exec(line)!;
    return [`ce-${name}`, value!];
  });
  return { headers: Object.fromEntries(headers) as Record<string, string>, body: body! };
}

describe('every sample of docs/events.md', () => {
  let collector: Collector;
  let registry: TestRegistry;
  const schema = samples('### Avro and JSON Schema (Confluent wire format)')[0]!;
  const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema, { wrapUnions: 'never' });

  beforeAll(async () => {
    registry = await startRegistry(
      new Map([
        [3, { schema }],
        [4, { schema: '{"type":"object"}', schemaType: 'JSON' as const }],
        [5, { schema: 'message Prediction {}', schemaType: 'PROTOBUF' as const }],
      ]),
    );
    collector = await startCollector({ env: { SCHEMA_REGISTRY_URL: registry.url } });
  });
  afterAll(async () => {
    await collector?.stop();
    await registry?.close();
  });

  async function send(
    body: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
    path = '/events',
  ): Promise<IngestAnswer> {
    const { status, body: answer } = await collector.ask(path, { method: 'POST', headers, body });
    expect(status, JSON.stringify(answer)).toBe(200);
    return IngestAnswer.parse(answer);
  }
  async function stored(model: string, id: string): Promise<StoredEvent | undefined> {
    const { body } = await collector.ask<EventPage>(
      `/models/${model}/events?id=${encodeURIComponent(id)}&from=now-1h`,
    );
    return body.events[0];
  }

  it('a prediction and a label', async () => {
    const [prediction] = samples('## A prediction');
    const [label] = samples('## A label');
    expect(await send(prediction!)).toMatchObject({ accepted: 1, rejected_count: 0 });
    expect(
      await send(
        label!.replace(/"ts": "[^"]*"/, `"ts": "${new Date().toISOString()}"`),
        undefined,
        '/labels',
      ),
    ).toMatchObject({
      accepted: 1,
    });
    expect(await stored('churn', '7f3c9d')).toMatchObject({
      features: { tenure_months: 14, plan: 'gold', embedding: [0.12, -0.4] },
      prediction: 'leaves',
      label: 'stays',
      tags: { region: 'north' },
    });
  });

  it('the answer', () => {
    const [answer] = samples('## Over HTTP');
    expect(IngestAnswer.safeParse(JSON.parse(answer!)).error).toBeUndefined();
  });

  it('lines', async () => {
    const [lines] = samples('### JSON, arrays, NDJSON');
    expect(await send(lines!, { 'content-type': 'application/x-ndjson' })).toMatchObject({ accepted: 2 });
    expect(await stored('churn', 'line-2')).toMatchObject({ prediction: 'leaves' });
  });

  it('a CloudEvent, and the halves of an inference', async () => {
    const [whole, request, response] = samples('### CloudEvents 1.0');
    expect(await send(whole!, { 'content-type': 'application/cloudevents+json' })).toMatchObject({
      accepted: 1,
    });
    expect(await stored('churn', 'enveloped-1')).toMatchObject({ features: { tenure_months: 14 } });
    const [first, second] = [halfOf(request!), halfOf(response!)];
    expect(await send(first.body, first.headers)).toMatchObject({ accepted: 0, rejected_count: 0 });
    expect(await send(second.body, second.headers)).toMatchObject({ accepted: 2 });
    expect(await stored('credit', `${first.headers['ce-id']}:1`)).toMatchObject({
      version: '7',
      features: { income: 900, purpose: 'tv' },
      prediction: 0,
      latency_ms: 42,
    });
  });

  it('Avro and JSON Schema behind a schema id, over HTTP too', async () => {
    const record = {
      model: 'avro',
      version: '1',
      ts: Date.now(),
      features: { a: 1.5, b: 'x', c: null },
      prediction: 2,
    };
    const bytes = confluent(3, type.toBuffer({ ...record, id: 'avro-1' }));
    const binary = { 'content-type': 'application/octet-stream' };
    expect(await send(bytes, binary)).toMatchObject({ accepted: 1 });
    expect(await stored('avro', 'avro-1')).toMatchObject({ features: { a: 1.5, b: 'x' }, prediction: 2 });
    const json = Buffer.from(JSON.stringify({ ...record, id: 'json-1' }));
    expect(
      await send(confluent(4, json), { 'content-type': 'application/vnd.confluent.json.v2+json' }),
    ).toMatchObject({
      accepted: 1,
    });
    const refusals = [
      [confluent(5, json), 'unusable_schema'],
      [confluent(6, json), 'unknown_schema'],
    ] as const;
    for (const [body, code] of refusals) {
      const refused = await collector.ask<IngestAnswer>('/events', { method: 'POST', headers: binary, body });
      expect([refused.status, refused.body.rejected[0]?.code]).toEqual([422, code]);
    }
    registry.mode = 'failing';
    const unknown = confluent(9, json);
    const later = await collector.ask<Problem>('/events', { method: 'POST', headers: binary, body: unknown });
    registry.mode = 'up';
    expect([later.status, later.body.code, later.headers.get('retry-after')]).toEqual([
      503,
      'registry_unavailable',
      '5',
    ]);
  });

  it('spans of language-model calls', async () => {
    const [spans] = samples('### OpenTelemetry GenAI spans');
    expect(await send(spans!)).toMatchObject({ accepted: 1 });
    expect(await stored('llama-3', '5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174')).toMatchObject({
      version: 'llama-3-8b-instruct',
      tokens: { input: 120, output: 45 },
      latency_ms: 1_234.5,
    });
  });
});

describe('values that docs/events.md speaks of', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector({ env: { LEEWAY_FEATURE_LIMIT: '5' } });
  });
  afterAll(() => collector?.stop());

  const event = (model: string, id: string, features: object, ts = Date.now()) => ({
    model,
    version: '1',
    id,
    ts,
    features,
  });
  const finding = async (model: string) =>
    (await collector.ask<StatusReport>('/status')).body.ingest.data_quality.find(
      (one) => one.model === model,
    );

  it('a feature that changes its kind is missing in the event, and named in the log', async () => {
    await collector.ask('/events', { json: event('kinds', 'number', { age: 41 }) });
    const { body } = await collector.ask<IngestAnswer>('/events', {
      json: event('kinds', 'word', { age: 'old' }),
    });
    expect(body.accepted).toBe(1);
    const page = await collector.ask<EventPage>('/models/kinds/events?id=word&from=now-1h');
    expect(page.body.events[0]?.features.age ?? null).toBeNull();
    await eventually(async () => /"model":"kinds","features":\["age"\]/.test(collector.log()));
    expect(await finding('kinds')).toMatchObject({
      problem: 'kind_changed',
      features: ['age'],
      detail: expect.stringContaining('"age" is a number since its first value'),
    });
  });

  it('a flood of names is capped with a warning, and its events are stored', async () => {
    const flood = Array.from({ length: 50 }, (_, i) => event('flood', `f${i}`, { [`user-${i}`]: 1 }));
    const { body } = await collector.ask<IngestAnswer>('/events', { json: flood });
    expect(body.accepted).toBe(50);
    const page = await collector.ask<EventPage>('/models/flood/events?from=now-1h&limit=100');
    const names = new Set(page.body.events.flatMap((one) => Object.keys(one.features)));
    expect([page.body.events.length, names.size]).toEqual([50, 5]);
    await eventually(async () => /"model":"flood","features":\["user-/.test(collector.log()));
    expect(await finding('flood')).toMatchObject({
      problem: 'too_many_features',
      detail: expect.stringMatching(/has 5 features and takes no more than 5 \(LEEWAY_FEATURE_LIMIT\)/),
    });
    const metrics = await collector.ask<string>('//metrics');
    expect(metrics.body).toMatch(
      /leeway_ingest_left_out_features_total\{problem="too_many_features"\} [1-9]/,
    );
  });

  it('events of another time are refused with a code and kept among the dead letters', async () => {
    const hour = 3_600_000;
    const wrong = [
      event('clock', 'future', {}, Date.now() + hour),
      event('clock', 'past', {}, Date.now() - 31 * 24 * hour),
    ];
    const { status, body } = await collector.ask<IngestAnswer>('/events', { json: wrong });
    expect(status).toBe(422);
    expect(body.rejected.map(({ code }) => code)).toEqual(['ts_in_future', 'ts_too_old']);
    const letters = await collector.ask<{ dead_letters: DeadLetter[] }>('/dead-letters');
    expect(letters.body.dead_letters.map(({ code }) => code).sort()).toEqual(['ts_in_future', 'ts_too_old']);
  });
});

describe('halves of inferences over HTTP', () => {
  it('that wait when the collector stops become dead letters, and can be replayed', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'leeway-halves-'));
    let collector = await startCollector({ dataDir });
    try {
      const [, request, response] = samples('### CloudEvents 1.0');
      const [first, second] = [halfOf(request!), halfOf(response!)];
      await collector.ask('/events', { method: 'POST', ...first });
      expect(await collector.stop()).toBe(0);
      collector = await startCollector({ dataDir });
      const { body } = await collector.ask<{ dead_letters: DeadLetter[] }>('/dead-letters');
      expect(body.dead_letters.map(({ code, stage }) => ({ code, stage }))).toEqual([
        { code: 'unpaired', stage: 'decode' },
      ]);
      await collector.ask('/events', { method: 'POST', ...second });
      const replayed = await runLeeway([
        '--url',
        collector.url,
        'dead-letters',
        'replay',
        body.dead_letters[0]!.id,
      ]);
      expect(replayed.code, replayed.err).toBe(0);
      await eventually(async () => {
        const page = await collector.ask<EventPage>('/models/credit/events?from=now-1h');
        return page.status === 200 && page.body.events.length === 2;
      });
    } finally {
      await collector.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('without a schema registry, a binary body is refused with the setting that is missing', async () => {
    const collector = await startCollector();
    const body = confluent(1, Buffer.from('{}'));
    const refused = await collector.ask<IngestAnswer>('/events', { method: 'POST', body });
    await collector.stop();
    expect(refused.status).toBe(422);
    expect(refused.body.rejected[0]).toMatchObject({
      code: 'no_schema_registry',
      message: expect.stringContaining('SCHEMA_REGISTRY_URL'),
    });
  });
});
