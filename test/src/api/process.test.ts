import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SeriesList, type StatusReport, StreamMessage } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { ask, type Collector, eventually, runLeeway, startCollector } from '../support/collector.js';
import { baselineForm, sampleEvents, trainingCsv } from '../support/samples.js';

const MINUTE = 60_000;
const TOKEN = 'a-token-for-these-tests';

async function storedEvents(collector: Collector): Promise<number> {
  const { body } = await collector.ask<StatusReport>('/status');
  return body.store.tables.find(({ table }) => table === 'events')?.rows ?? 0;
}

function withDirectory(work: (directory: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leeway-test-'));
    try {
      await work(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

const now = () => Math.floor(Date.now() / MINUTE) * MINUTE;

describe('a collector that is told to stop', () => {
  it(
    'answers the requests under way, stores what it accepted, and ends with 0',
    withDirectory(async (dataDir) => {
      const first = await startCollector({ dataDir });
      const batches = Array.from({ length: 8 }, (_, i) =>
        sampleEvents({
          model: 'm',
          version: `v${i}`,
          from: now() - MINUTE,
          to: now(),
          count: 1_000,
          seed: i,
        }),
      );
      const answers = batches.map((json) => first.ask<{ accepted?: number }>('/events', { json }));
      await answers[0];
      const code = first.stop();
      const settled = await Promise.allSettled(answers);
      expect(await code).toBe(0);
      const accepted = settled.reduce(
        (sum, one) => sum + (one.status === 'fulfilled' ? (one.value.body.accepted ?? 0) : 0),
        0,
      );
      expect(accepted).toBeGreaterThanOrEqual(1_000);
      const second = await startCollector({ dataDir });
      expect(await storedEvents(second)).toBe(accepted);
      expect(await second.stop()).toBe(0);
    }),
  );

  it(
    'keeps models, settings, baselines and verdicts; a kill keeps what was accepted too',
    withDirectory(async (dataDir) => {
      const first = await startCollector({ dataDir });
      await first.ask('/models/m/baselines', { method: 'POST', body: baselineForm(trainingCsv(), 't.csv') });
      await first.ask('/models/m/settings', {
        method: 'PUT',
        json: { window_ms: 5 * MINUTE, step_ms: MINUTE },
      });
      const json = sampleEvents({ model: 'm', from: now() - 20 * MINUTE, to: now(), count: 4_000 });
      expect((await first.ask('/events', { json })).body).toMatchObject({ accepted: 4_000 });
      await eventually(async () => {
        const { body } = await first.ask<{ verdicts: unknown[] }>('/models/m/verdicts?from=now-1h');
        return body.verdicts.length > 20;
      });
      first.signal('SIGKILL');
      await first.ended;
      const second = await startCollector({ dataDir });
      try {
        const { body } = await second.ask<{ settings: object; baseline: string }>('/models/m');
        expect(body.settings).toMatchObject({ window_ms: 5 * MINUTE });
        expect(body.baseline).toBeTruthy();
        expect(await storedEvents(second)).toBe(4_000);
        const { verdicts } = (await second.ask<{ verdicts: unknown[] }>('/models/m/verdicts?from=now-1h'))
          .body;
        expect(verdicts.length).toBeGreaterThan(20);
      } finally {
        expect(await second.stop()).toBe(0);
      }
    }),
  );
});

describe('a collector with a token', () => {
  it('asks for it on every route but health, and never writes it down', async () => {
    const collector = await startCollector({ env: { LEEWAY_API_TOKEN: TOKEN } });
    try {
      for (const path of ['/api/v1/models', '/metrics', '/api/v1/docs', '/api/v1/stream'])
        expect((await ask(`${collector.url}${path}`)).status, path).toBe(401);
      for (const path of ['/healthz', '/readyz'])
        expect((await ask(`${collector.url}${path}`)).status, path).toBe(200);
      const headers = { authorization: `Bearer ${TOKEN}` };
      expect((await collector.ask('/models', { headers })).status).toBe(200);
    } finally {
      expect(await collector.stop()).toBe(0);
    }
    expect(collector.log()).not.toContain(TOKEN);
  });
});

describe('calls of language models', () => {
  it('come as OpenTelemetry spans, and their tokens have a price', async () => {
    const collector = await startCollector();
    try {
      const value = (intValue: number) => ({ intValue: String(intValue) });
      const spans = Array.from({ length: 50 }, (_, i) => ({
        traceId: i.toString(16).padStart(32, '0'),
        spanId: i.toString(16).padStart(16, '0'),
        startTimeUnixNano: String(BigInt(now() - MINUTE + i) * 1_000_000n),
        endTimeUnixNano: String(BigInt(now() - MINUTE + i + 800) * 1_000_000n),
        attributes: [
          { key: 'gen_ai.request.model', value: { stringValue: 'llama-3' } },
          { key: 'gen_ai.usage.input_tokens', value: value(100) },
          { key: 'gen_ai.usage.output_tokens', value: value(20) },
        ],
      }));
      const sent = await collector.ask('/traces', { json: { resourceSpans: [{ scopeSpans: [{ spans }] }] } });
      expect([sent.status, sent.body]).toEqual([200, {}]);
      await collector.ask('/models/llama-3/settings', {
        method: 'PUT',
        json: { cost_per_1k_input: 2, cost_per_1k_output: 10 },
      });
      const { body } = await collector.ask<SeriesList>(
        '/models/llama-3/series?metric=cost,tokens_input&from=now-1h',
      );
      const [cost, tokens] = body.series;
      expect(tokens!.points.reduce((sum, { value: n }) => sum + (n ?? 0), 0)).toBe(5_000);
      expect(cost!.points.reduce((sum, { value: money }) => sum + (money ?? 0), 0)).toBeCloseTo(20, 6);
      const binary = await collector.ask('/traces', {
        method: 'POST',
        body: 'x',
        headers: { 'content-type': 'application/x-protobuf' },
      });
      expect(binary.status).toBe(415);
    } finally {
      expect(await collector.stop()).toBe(0);
    }
  });
});

describe('the live stream', () => {
  it('tells of events, verdicts and baselines as they come', async () => {
    const collector = await startCollector();
    let text = '';
    const request = get(`${collector.url}/api/v1/stream`, (response) => {
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('error', () => {});
    });
    request.on('error', () => {});
    try {
      await eventually(async () => text.includes(': open'));
      await collector.ask('/models/m/baselines', {
        method: 'POST',
        body: baselineForm(trainingCsv(), 't.csv'),
      });
      await collector.ask('/models/m/settings', {
        method: 'PUT',
        json: { window_ms: 5 * MINUTE, step_ms: MINUTE },
      });
      const json = sampleEvents({ model: 'm', from: now() - 10 * MINUTE, to: now(), count: 2_000 });
      await collector.ask('/events', { json });
      for (const kind of ['baselines', 'models', 'ingest', 'verdicts'])
        await eventually(async () => text.includes(`event: ${kind}\n`), 20_000, `a message about ${kind}`);
      for (const [, data] of text.matchAll(/^data: (.+)$/gm))
        expect(StreamMessage.parse(JSON.parse(data!)).model).toBe('m');
    } finally {
      request.destroy();
      expect(await collector.stop()).toBe(0);
    }
  });
});

describe('leeway on the command line', () => {
  it('compares counts with events and shows what is stored', async () => {
    const collector = await startCollector();
    const env = { LEEWAY_URL: collector.url };
    try {
      await collector.ask('/models/m/baselines', {
        method: 'POST',
        body: baselineForm(trainingCsv(), 't.csv'),
      });
      const json = sampleEvents({ model: 'm', from: now() - 10 * MINUTE, to: now(), count: 1_000 });
      await collector.ask('/events', { json });
      const verified = await runLeeway(['verify', '--json'], env);
      expect(verified.code, verified.err).toBe(0);
      expect(JSON.parse(verified.out)).toMatchObject({ models: [{ model: 'm', wrong_minutes: 0 }] });
      const stored = await runLeeway(['storage', '--json'], env);
      expect(JSON.parse(stored.out)).toMatchObject({ events: 1_000 });
      expect((await runLeeway(['storage'], env)).out).toContain('1,000 events');
      const unknown = await runLeeway(['verify', '--model', 'ghost'], env);
      expect(unknown.code).toBe(2);
      expect(unknown.err).toContain('ghost');
    } finally {
      expect(await collector.stop()).toBe(0);
    }
    const nobody = await runLeeway(['storage'], env);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain('no collector answers');
  });

  it('tells its commands and version, and refuses what it does not know', async () => {
    const help = await runLeeway(['--help']);
    expect(help.code).toBe(0);
    for (const command of ['serve', 'baseline', 'compare', 'rules', 'dead-letters', 'verify', 'storage'])
      expect(help.out).toContain(command);
    expect((await runLeeway(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const unknown = await runLeeway(['dance']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('leeway --help');
  });
});
