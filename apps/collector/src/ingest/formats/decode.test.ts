import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventProblems } from '../events/validate.js';
import { createDecode } from './decode.js';
import type { DecodedItem, Headers } from './decoded.js';
import { PAIR_LIMITS, PairBook } from './pair-book.js';
import { createSchemaRegistry, RegistryUnavailable } from './schema-registry.js';

const NATIVE = { model: 'm', version: 'v1', id: '1', ts: 1_760_000_000_000, features: { age: 41 } };

function reader(registry: Parameters<typeof createDecode>[0] = null, ttlMs = PAIR_LIMITS.ttlMs) {
  const decode = createDecode(registry);
  let expired = 0;
  let offset = 0;
  const pairs = new PairBook({
    limit: 3,
    bytes: 1_000_000,
    ttlMs,
    expired: (count) => {
      expired += count;
    },
  });
  return {
    pairs,
    expired: () => expired,
    async replay(value: Buffer): Promise<DecodedItem[]> {
      const at = offset++;
      return [...(await decode({ value, headers: {}, offset: at, timestamp: at, pairs, replayed: true }))];
    },
    async read(value: unknown, headers: Headers = {}, at = offset++): Promise<DecodedItem[]> {
      const bytes = Buffer.isBuffer(value)
        ? value
        : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
      return [
        ...(await decode({ value: bytes, headers, offset: at, timestamp: 1_760_000_000_000 + at, pairs })),
      ];
    },
  };
}

const values = (items: DecodedItem[]) => items.map((item) => ('value' in item ? item.value : item));
const problems = (items: DecodedItem[]) =>
  items.flatMap((item) => ('problem' in item ? [item.problem.code] : []));

describe('native JSON', () => {
  it('reads an object, an array and NDJSON alike', async () => {
    const { read } = reader();
    const one = JSON.stringify(NATIVE);
    expect(values(await read(one))).toEqual([NATIVE]);
    expect(values(await read(`[${one},${one}]`))).toEqual([NATIVE, NATIVE]);
    expect(values(await read(`${one}\n\n${one}\n`))).toEqual([NATIVE, NATIVE]);
    expect(values(await read(JSON.stringify(NATIVE, null, 2)))).toEqual([NATIVE]);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'not_json'],
    ['[]', 'empty'],
    ['{"model":"m"', 'not_json'],
    ['{"a":NaN}', 'not_json'],
    [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'not_utf8'],
    [JSON.stringify({ ...NATIVE, note: 'x'.repeat(5 << 20) }), 'too_large'],
  ])('refuses what it cannot read (%#)', async (body, code) => {
    expect(problems(await reader().read(body))).toEqual([code]);
  });

  it('keeps the good lines of NDJSON and names the bad ones with their bytes', async () => {
    const items = await reader().read(`${JSON.stringify(NATIVE)}\n{"broken\n${JSON.stringify(NATIVE)}`);
    expect(problems(items)).toEqual(['not_json']);
    expect(
      values(items).filter((value) => value === NATIVE || (value as { model?: string }).model === 'm'),
    ).toHaveLength(2);
    expect(Buffer.from((items[1] as { own: () => Uint8Array }).own()).toString()).toBe('{"broken');
  });

  it('says what to do about NaN', async () => {
    const [item] = await reader().read('{"a":NaN}');
    expect(item).toMatchObject({ problem: { message: expect.stringContaining('send null') } });
  });
});

const KSERVE = {
  'ce-specversion': '1.0',
  'ce-id': 'req-1',
  'ce-source': 'http://localhost:9081/',
  'ce-inferenceservicename': 'credit',
  'ce-namespace': 'prod',
  'ce-component': 'predictor',
};

describe('CloudEvents of inference loggers', () => {
  it('pairs a KServe v1 request and response into one event a row', async () => {
    const { read } = reader();
    const waiting = await read(
      {
        instances: [
          { income: 3100, purpose: 'car' },
          { income: 900, purpose: 'tv' },
        ],
      },
      {
        ...KSERVE,
        'ce-type': 'org.kubeflow.serving.inference.request',
        'ce-time': '2026-01-15T12:00:00.000Z',
      },
    );
    expect(waiting).toEqual([{ ignored: 'request_waits', waits: 'req-1' }]);
    const events = values(
      await read(
        { predictions: [1, 0] },
        {
          ...KSERVE,
          'ce-type': 'org.kubeflow.serving.inference.response',
          'ce-time': '2026-01-15T12:00:00.042Z',
        },
      ),
    );
    expect(events).toMatchObject([
      {
        model: 'credit',
        id: 'req-1:0',
        features: { income: 3100, purpose: 'car' },
        prediction: 1,
        latency_ms: 42,
      },
      { model: 'credit', id: 'req-1:1', features: { income: 900, purpose: 'tv' }, prediction: 0 },
    ]);
    for (const event of events) expect(eventProblems(event as Record<string, unknown>)).toEqual([]);
  });

  it('maps the tensors of the v2 protocol to features, whichever half comes first', async () => {
    const { read } = reader();
    const headers = {
      ce_specversion: '1.0',
      ce_requestid: 'r2',
      ce_inferenceservicename: 'iris',
      ce_id: 'x',
    };
    await read(
      {
        model_name: 'iris',
        model_version: '7',
        outputs: [{ name: 'probabilities', shape: [1, 2], datatype: 'FP64', data: [0.9, 0.1] }],
      },
      { ...headers, ce_type: 'io.seldon.serving.inference.response' },
    );
    const [event] = values(
      await read(
        {
          inputs: [
            { name: 'sepal', shape: [1, 2], datatype: 'FP32', data: [5.1, 3.5] },
            { name: 'site', shape: [1], datatype: 'BYTES', data: ['north'] },
          ],
        },
        { ...headers, ce_type: 'io.seldon.serving.inference.request' },
      ),
    );
    expect(event).toMatchObject({
      model: 'iris',
      version: '7',
      id: 'r2',
      features: { sepal_0: 5.1, sepal_1: 3.5, site: 'north' },
      prediction: { 0: 0.9, 1: 0.1 },
    });
    expect(eventProblems(event as Record<string, unknown>)).toEqual([]);
  });

  it('gives the same events when the same range is read again', async () => {
    const { read } = reader();
    const request = { instances: [[1, 2]] };
    const response = { predictions: [0.5] };
    const type = (side: string) => ({ ...KSERVE, 'ce-type': `org.kubeflow.serving.inference.${side}` });
    await read(request, type('request'), 10);
    const first = await read(response, type('response'), 11);
    await read(request, type('request'), 10);
    expect(values(await read(response, type('response'), 11))).toEqual(values(first));
  });

  it('brings both halves of one message together, once however often it is read', async () => {
    const { read } = reader();
    const half = (side: string, data: object) => ({
      specversion: '1.0',
      id: 'r',
      type: `x.inference.${side}`,
      data,
    });
    const [request, response] = [
      half('request', { instances: [[1, 2]] }),
      half('response', { predictions: [1] }),
    ];
    const event = { id: 'r', features: { f_0: 1, f_1: 2 }, prediction: 1 };
    for (const [at, both] of [
      [10, [request, response]],
      [
        20,
        [
          { ...response, id: 's' },
          { ...request, id: 's' },
          { ...response, id: 's' },
        ],
      ],
    ] as const)
      for (let i = 0; i < 2; i++) {
        const events = (await read(both, {}, at)).flatMap((item) => ('value' in item ? [item.value] : []));
        expect(events).toEqual([expect.objectContaining({ ...event, id: both[0].id })]);
      }
    // At another offset they are a retry of the sender's.
    expect(values(await read([request, response], {}, 30))).toEqual([
      { ignored: 'request_waits', waits: 'r' },
      { ignored: 'response_waits', waits: 'r' },
    ]);
  });

  it('finds a refused inference again in the bytes of its dead letter, also where both halves are known', async () => {
    const sent = reader();
    const type = (side: string) => ({ ...KSERVE, 'ce-type': `x.inference.${side}` });
    await sent.read({ instances: [[1, 2]] }, type('request'));
    const [refused] = await sent.read({ predictions: [1] }, type('response'));
    const letter = Buffer.from((refused as { own: () => Uint8Array }).own());
    for (const { replay } of [sent, reader()])
      for (let i = 0; i < 2; i++)
        expect(values(await replay(letter))).toEqual([
          { ignored: 'request_waits', waits: 'req-1' },
          (refused as { value: unknown }).value,
        ]);
  });

  it('tells from where to read again for the halves that wait', async () => {
    const { read, pairs } = reader();
    const type = (side: string, id: string) => ({ ...KSERVE, 'ce-id': id, 'ce-type': `x.inference.${side}` });
    await read({ instances: [1] }, type('request', 'a'), 10);
    await read({ instances: [1] }, type('request', 'b'), 11);
    await read({ predictions: [1] }, type('response', 'a'), 20);
    expect(pairs.since(12)).toBe(10);
    expect(pairs.since(21)).toBe(11);
    expect(pairs.since(5)).toBe(null);
  });

  it('counts halves that nobody completes, by age and by number', async () => {
    const byAge = reader(null, 1_000);
    const request = (id: string) => ({ ...KSERVE, 'ce-id': id, 'ce-type': 'x.inference.request' });
    await byAge.read({ instances: [1] }, request('a'), 0);
    await byAge.read({ instances: [1] }, request('b'), 5_000);
    expect(byAge.expired()).toBe(1);
    const byNumber = reader();
    for (let i = 0; i < 5; i++) await byNumber.read({ instances: [1] }, request(`n${i}`), i);
    expect(byNumber.expired()).toBe(2);
    expect(byNumber.pairs.size).toBe(3);
  });

  it('reads native events in structured and binary CloudEvents', async () => {
    const { read } = reader();
    const structured = { specversion: '1.0', id: '1', type: 'prediction', source: '/svc', data: NATIVE };
    expect(values(await read(structured, { 'content-type': 'application/cloudevents+json' }))).toEqual([
      NATIVE,
    ]);
    const encoded = {
      ...structured,
      data: undefined,
      data_base64: Buffer.from(JSON.stringify(NATIVE)).toString('base64'),
    };
    expect(values(await read(encoded))).toEqual([NATIVE]);
    expect(values(await read(NATIVE, { ce_specversion: '1.0', ce_type: 'prediction', ce_id: '1' }))).toEqual([
      NATIVE,
    ]);
  });

  it('marks a failed call', async () => {
    const { read } = reader();
    const type = (side: string) => ({ ...KSERVE, 'ce-type': `x.inference.${side}` });
    await read({ instances: [[1]] }, type('request'));
    const [event] = values(await read({ error: 'shape mismatch' }, type('response')));
    expect(event).toMatchObject({ error: 'shape mismatch', features: { f: 1 } });
  });

  it('refuses bodies of neither protocol', async () => {
    const { read } = reader();
    const type = (side: string) => ({ ...KSERVE, 'ce-type': `x.inference.${side}` });
    await read({ rows: [] }, type('request'));
    expect(problems(await read({ predictions: [1] }, type('response')))).toEqual(['bad_inference']);
  });
});

describe('Confluent wire format', () => {
  const schema = {
    type: 'record',
    name: 'Prediction',
    fields: [
      { name: 'model', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'id', type: 'string' },
      { name: 'ts', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'features', type: { type: 'map', values: ['null', 'double', 'string', 'boolean'] } },
      { name: 'prediction', type: ['null', 'double'], default: null },
    ],
  };
  const schemas: Record<string, unknown> = {
    7: { schema: JSON.stringify(schema) },
    8: { schemaType: 'JSON', schema: '{"type":"object"}' },
    9: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3";' },
  };
  let server: Server;
  let url: string;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked++;
      const answer = schemas[request.url!.split('/').pop()!];
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error_code: 40403 }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  function framed(id: number, payload: Buffer): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    return Buffer.concat([head, payload]);
  }

  it('reads Avro by the schema of the registry, asked once', async () => {
    const { read } = reader(createSchemaRegistry({ url }));
    const type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: 'never' });
    const payload = type.toBuffer({
      ...NATIVE,
      features: { age: 41.5, color: 'red', gone: null, ok: true },
      prediction: 0.5,
    });
    const before = asked;
    for (let i = 0; i < 3; i++) {
      const [event] = values(await read(framed(7, payload)));
      expect(event).toEqual({
        ...NATIVE,
        features: { age: 41.5, color: 'red', gone: null, ok: true },
        prediction: 0.5,
      });
      expect(eventProblems(event as Record<string, unknown>)).toEqual([]);
    }
    expect(asked - before).toBe(1);
    expect(problems(await read(framed(7, payload.subarray(0, 9))))).toEqual(['not_avro']);
  });

  it('reads JSON Schema messages, and refuses unknown schemas and other kinds', async () => {
    const { read } = reader(createSchemaRegistry({ url }));
    expect(values(await read(framed(8, Buffer.from(JSON.stringify(NATIVE)))))).toEqual([NATIVE]);
    expect(problems(await read(framed(9, Buffer.from('x'))))).toEqual(['unusable_schema']);
    expect(problems(await read(framed(404, Buffer.from('x'))))).toEqual(['unknown_schema']);
  });

  it('needs a registry, and waits for one that does not answer', async () => {
    expect(problems(await reader().read(framed(7, Buffer.from('x'))))).toEqual(['no_schema_registry']);
    const { read } = reader(createSchemaRegistry({ url: 'http://127.0.0.1:1' }));
    await expect(read(framed(7, Buffer.from('x')))).rejects.toBeInstanceOf(RegistryUnavailable);
  });
});
