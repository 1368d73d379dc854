import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Problem, Problem as ProblemSchema } from '@leeway/contract';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServeContext } from './context.js';
import { createMetrics } from './metrics.js';
import { createServer } from './server.js';
import { createStreamHub } from './stream.js';

/**
 * An API whose rooms are empty: what is tested here happens before any room is asked, or is serve's own. The whole
 * way through a real store is in test/src/api.
 */
function emptyApi(change: { http?: Partial<ServeContext['http']>; notReady?: string } = {}) {
  const taken: { body: string; headers: Record<string, string> }[] = [];
  const stream = createStreamHub({ maxClients: 1 });
  const metrics = createMetrics({
    bounds: { models: 2, signals: 2 },
    figures: async () => new Map(),
    alerts: () => ({ firing: 1, pending: 2 }),
    streamClients: () => stream.clients,
    loopLagMs: () => 3,
    audit: () => null,
  });
  const nobody = new Error('this test asks no store');
  const refuse = () => Promise.reject(nobody);
  const context: ServeContext = {
    version: '1.2.3',
    startedAt: 0,
    http: {
      token: undefined,
      allowedHosts: ['leeway.test'],
      bodyLimit: 2_000,
      uploadLimit: 5_000,
      rateLimit: 0,
      uploadDir: mkdtempSync(join(tmpdir(), 'leeway-serve-')),
      ...change.http,
    },
    log: pino({ level: 'silent' }),
    now: () => Date.parse('2026-03-08T12:00:00Z'),
    reads: {
      summaries: async () => new Map(),
      verdicts: refuse,
      latestVerdicts: refuse,
      worstVerdicts: async () => new Map(),
      heatMapCells: refuse,
      series: refuse,
      counts: refuse,
      countsOverTime: refuse,
      countsBySegment: refuse,
      events: refuse,
      segments: refuse,
      markers: refuse,
      deadLetters: refuse,
      deadLetter: refuse,
      tables: refuse,
    },
    store: { mode: 'embedded', check: async () => ({ ok: true, detail: 'fine' }) },
    models: {
      list: () => [],
      settings: () => {
        throw nobody;
      },
      saveSettings: refuse,
    },
    baselines: { list: () => [], get: () => null, active: () => null, create: refuse, activate: refuse },
    changes: { deploy: refuse },
    audit: refuse,
    ingest: {
      events: async (body, _type, headers) => {
        taken.push({ body: body.toString(), headers });
        return { accepted: 1, rejected: [], rejected_count: 0 };
      },
      labels: refuse,
      status: () => ({
        state: 'taking',
        detail: '',
        events_per_second: 0,
        events_total: 0,
        rejected_total: 0,
        dead_letters: 0,
        data_quality: [],
        kafka: null,
      }),
    },
    evaluate: null,
    alerts: null,
    alertRoutes: [],
    evaluateUrl: null,
    metrics,
    stream,
    notReady: () => change.notReady ?? null,
  };
  return { app: createServer(context), taken };
}

const open: FastifyInstance[] = [];
function api(change?: Parameters<typeof emptyApi>[0]) {
  const made = emptyApi(change);
  open.push(made.app);
  return made;
}
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

function problemOf(response: { body: string; headers: Record<string, unknown> }): Problem {
  expect(response.headers['content-type']).toBe('application/problem+json');
  return ProblemSchema.parse(JSON.parse(response.body));
}

const TOKEN = 'a-token-of-some-length';

describe('who may ask', () => {
  it.each([
    '/api/v1/models',
    '/metrics',
    '/api/v1/openapi.json',
    '/api/v1/docs',
    '/api/v1/docs/static/index.html',
    '/nowhere',
  ])('%s needs the token when one is set', async (url) => {
    const { app } = api({ http: { token: TOKEN } });
    const without = await app.inject({ url });
    expect(without.statusCode).toBe(401);
    expect(problemOf(without).code).toBe('unauthorized');
    expect(without.headers['www-authenticate']).toContain('Bearer');
    const wrong = await app.inject({ url, headers: { authorization: 'Bearer a-token-of-some-lengt' } });
    expect(wrong.statusCode).toBe(401);
    const right = await app.inject({ url, headers: { authorization: `Bearer ${TOKEN}` } });
    expect(right.statusCode).not.toBe(401);
  });

  it.each(['/healthz', '/readyz'])('%s answers without', async (url) => {
    const { app } = api({ http: { token: TOKEN } });
    expect((await app.inject({ url })).statusCode).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', '10.0.0.5:8787', 'not a host'])(
    'without a token, a request for the host "%s" is refused (DNS rebinding)',
    async (host) => {
      const response = await api().app.inject({ url: '/api/v1/models', headers: { host } });
      expect(response.statusCode).toBe(403);
      expect(problemOf(response).code).toBe('host_not_allowed');
    },
  );

  it.each(['localhost:8787', '127.0.0.1', '[::1]:8787', 'leeway.test'])('but not for %s', async (host) => {
    expect((await api().app.inject({ url: '/api/v1/models', headers: { host } })).statusCode).toBe(200);
  });

  it.each([{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
    "without a token, another site's page is refused: %o",
    async (headers) => {
      const { app, taken } = api();
      const response = await app.inject({ method: 'POST', url: '/api/v1/events', headers, payload: '{}' });
      expect(problemOf(response).code).toBe('cross_site');
      expect(taken).toEqual([]);
    },
  );
});

describe('bodies of events', () => {
  const post = (app: FastifyInstance, payload: Buffer | string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/api/v1/events', payload, headers });

  it('reach ingest as bytes, decompressed, without credentials', async () => {
    const { app, taken } = api({ http: { token: TOKEN } });
    const response = await post(app, gzipSync('{"a":1}\n{"a":2}'), {
      'content-encoding': 'gzip',
      'content-type': 'application/x-ndjson',
      authorization: `Bearer ${TOKEN}`,
      'ce-type': 'x',
    });
    expect(response.json()).toEqual({ accepted: 1, rejected: [], rejected_count: 0 });
    expect(taken[0]!.body).toBe('{"a":1}\n{"a":2}');
    expect(taken[0]!.headers).toMatchObject({ 'ce-type': 'x' });
    expect(taken[0]!.headers).not.toHaveProperty('authorization');
  });

  it('over the limit are 413, also when they are small until decompressed', async () => {
    const { app, taken } = api();
    for (const response of [
      await post(app, 'x'.repeat(2_001)),
      await post(app, gzipSync('x'.repeat(1_000_000)), { 'content-encoding': 'gzip' }),
    ]) {
      expect(response.statusCode).toBe(413);
      expect(problemOf(response).code).toBe('body_too_large');
    }
    expect(taken).toEqual([]);
  });

  it.each([
    [Buffer.from('no gzip at all'), 'gzip', 400, 'bad_request'],
    [gzipSync('{"a":1}').subarray(0, 15), 'gzip', 400, 'bad_request'],
    [Buffer.from('{}'), 'br', 415, 'unsupported_encoding'],
    [Buffer.alloc(0), 'identity', 400, 'bad_request'],
  ])('that cannot be read are refused: %s', async (payload, encoding, status, code) => {
    const response = await post(api().app, payload, { 'content-encoding': encoding });
    expect([response.statusCode, problemOf(response).code]).toEqual([status, code]);
  });
});

describe('too many requests', () => {
  it('are answered 429 with the seconds to wait; health still answers', async () => {
    const { app } = api({ http: { rateLimit: 3 } });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push(await app.inject({ url: '/api/v1/models' }));
    expect(statuses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
    expect(problemOf(statuses[3]!).code).toBe('rate_limited');
    expect(Number(statuses[3]!.headers['retry-after'])).toBeGreaterThan(0);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});

describe('problems', () => {
  it('name the parameter that is wrong', async () => {
    const response = await api().app.inject({ url: '/api/v1/models?from=yesterday' });
    expect(response.statusCode).toBe(400);
    expect(problemOf(response)).toMatchObject({
      code: 'invalid_time',
      detail: expect.stringContaining('"from"'),
    });
  });

  it('list every field of a body that is wrong', async () => {
    const response = await api().app.inject({
      method: 'PUT',
      url: '/api/v1/models/m/settings',
      payload: { window_ms: 'long', bins: 1 },
    });
    const problem = problemOf(response);
    expect(problem.errors?.map(({ path }) => path)).toEqual(['$.window_ms', '$.bins']);
  });

  it.each([
    ['GET', '/api/v1/nowhere', 404, 'not_found'],
    ['GET', '/api/v1/models/ghost', 404, 'model_not_found'],
    ['GET', '/api/v1/baselines/ghost', 404, 'baseline_not_found'],
    ['POST', '/api/v1/baselines/ghost/activate', 404, 'baseline_not_found'],
    ['POST', '/api/v1/models/m/baselines', 415, 'unsupported_media_type'],
  ] as const)('%s %s is %i %s', async (method, url, status, code) => {
    const response = await api().app.inject({ method, url });
    expect([response.statusCode, problemOf(response).code]).toEqual([status, code]);
  });

  it('hide what an unexpected failure says', async () => {
    const response = await api().app.inject({ url: '/api/v1/dead-letters' });
    expect(response.statusCode).toBe(500);
    expect(problemOf(response).detail).not.toContain('asks no store');
  });

  it('are all listed', async () => {
    const { problems } = (await api().app.inject({ url: '/api/v1/problems' })).json();
    expect(problems).toContainEqual({ code: 'rate_limited', status: 429, title: 'Too many requests' });
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and covers every route of the dashboard', async () => {
    const document = (await api().app.inject({ url: '/api/v1/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    for (const route of [
      'GET /models',
      'GET /models/{model}',
      'PUT /models/{model}/settings',
      'GET /models/{model}/signals',
      'GET /models/{model}/verdicts',
      'GET /models/{model}/heatmap',
      'GET /models/{model}/series',
      'GET /models/{model}/histograms',
      'GET /models/{model}/distribution',
      'GET /models/{model}/compare',
      'GET /models/{model}/segments',
      'GET /models/{model}/events',
      'GET /baselines',
      'GET /baselines/{id}',
      'POST /models/{model}/baselines',
      'POST /baselines/{id}/activate',
      'POST /models/{model}/deploys',
      'GET /status',
      'GET /dead-letters',
      'GET /stream',
      'POST /events',
      'POST /labels',
    ])
      expect(routes).toContain(route);
  });

  it('has a page that loads nothing from other sites', async () => {
    const { app } = api();
    const page = await app.inject({ url: '/api/v1/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      const url = new URL(source, 'http://localhost/api/v1/docs/').pathname;
      expect((await app.inject({ url })).statusCode, url).toBe(200);
    }
  });
});

describe('health', () => {
  it('is not ready while something is missing, and says what', async () => {
    const { app } = api({ notReady: 'the store is opening' });
    const response = await app.inject({ url: '/readyz' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({ status: 'not_ready', reason: 'the store is opening' });
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('serves metrics by route pattern, not by address', async () => {
    const { app } = api();
    await app.inject({ url: '/api/v1/models/secret-name' });
    const { body } = await app.inject({ url: '/metrics' });
    expect(body).toContain('route="/api/v1/models/:model",method="GET",status="4xx"');
    expect(body).not.toContain('secret-name');
    expect(body).toContain('leeway_alerts{state="firing"} 1');
  });
});
