import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter, EventPage, IngestAnswer } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Collector, ROOT, startCollector } from '../support/collector.js';

interface InferenceService {
  kind: string;
  metadata: { name: string; namespace: string };
  spec: { predictor: { logger: { mode: string; url: string }; model: { protocolVersion: string } } };
}

const service = parse(
  readFileSync(join(ROOT, 'examples/emitters/kserve/inferenceservice.yaml'), 'utf8'),
) as InferenceService;

/** The headers that KServe's logger (its agent sends binary CloudEvents) puts on each half. */
function headers(id: string, side: 'request' | 'response', at: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': `org.kubeflow.serving.inference.${side}`,
    'ce-source': 'http://localhost:9081/',
    'ce-time': new Date(at).toISOString(),
    'ce-inferenceservicename': service.metadata.name,
    'ce-namespace': service.metadata.namespace,
    'ce-component': 'predictor',
    'ce-endpoint': 'default',
    'ce-metadata': '{}',
  };
}

describe('the InferenceService of examples/emitters/kserve', () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector?.stop());

  /** Sends a half to the very path that the manifest names. */
  async function log(
    id: string,
    side: 'request' | 'response',
    body: object,
    at: number,
  ): Promise<IngestAnswer> {
    const { pathname } = new URL(service.spec.predictor.logger.url);
    const answer = await collector.ask<IngestAnswer>(`/${pathname}`, {
      method: 'POST',
      headers: headers(id, side, at),
      body: JSON.stringify(body),
    });
    // KServe's logger takes nothing but 200 for delivered.
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }
  async function events(): Promise<EventPage['events']> {
    const until = new Date(Date.now() + 600_000).toISOString();
    const { body } = await collector.ask<EventPage>(
      `/models/${service.metadata.name}/events?from=now-1h&to=${until}`,
    );
    return body.events;
  }

  it('logs both halves to a route of the collector', () => {
    expect(service.kind).toBe('InferenceService');
    expect(service.spec.predictor.logger.mode).toBe('all');
    expect(service.spec.predictor.logger.url).toMatch(/:8787\/api\/v1\/events$/);
  });

  it('becomes events: v2 and v1 bodies, whichever half comes first', async () => {
    const now = Date.now();
    const tensors = { inputs: [{ name: 'income', shape: [2], datatype: 'FP32', data: [3_100, 900] }] };
    const labels = {
      model_name: 'credit',
      model_version: '7',
      outputs: [{ name: 'label', shape: [2], datatype: 'INT64', data: [1, 0] }],
    };
    expect(await log('v2', 'request', tensors, now - 30)).toMatchObject({ accepted: 0 });
    expect(await log('v2', 'response', labels, now)).toMatchObject({ accepted: 2 });
    expect(await log('v1', 'response', { predictions: [1] }, now)).toMatchObject({ accepted: 0 });
    expect(await log('v1', 'request', { instances: [[6.8, 2.8]] }, now - 12)).toMatchObject({ accepted: 1 });
    const found = new Map((await events()).map((event) => [event.id, event]));
    expect([...found.keys()].sort()).toEqual(['v1', 'v2:0', 'v2:1']);
    expect(found.get('v2:1')).toMatchObject({
      version: '7',
      features: { income: 900 },
      prediction: 0,
      latency_ms: 30,
      tags: { namespace: 'models', component: 'predictor' },
    });
    expect(found.get('v1')).toMatchObject({
      features: { f_0: 6.8, f_1: 2.8 },
      prediction: 1,
      latency_ms: 12,
    });
  });

  it('is found again in the dead letter of a call that was refused', async () => {
    const soon = Date.now() + 300_000 + 4_000;
    await log('soon', 'request', { instances: [[1, 2]] }, soon - 5);
    const refused = await collector.ask<IngestAnswer>('/events', {
      method: 'POST',
      headers: headers('soon', 'response', soon),
      body: JSON.stringify({ predictions: [0] }),
    });
    expect([refused.status, refused.body.rejected_count]).toEqual([422, 1]);
    const { body } = await collector.ask<{ dead_letters: DeadLetter[] }>('/dead-letters?limit=1');
    const [letter] = body.dead_letters;
    const replay = () =>
      collector.ask<IngestAnswer>('/events', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `dead-letter:${letter!.id}` },
        body: Buffer.from(letter!.payload, 'base64'),
      });
    expect((await replay()).body).toMatchObject({ accepted: 0, rejected_count: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await replay()).body).toMatchObject({ accepted: 1, rejected_count: 0 });
    expect((await replay()).body).toMatchObject({ accepted: 1, replayed: true });
    const found = (await events()).filter((event) => event.id === 'soon');
    expect(found).toMatchObject([{ features: { f_0: 1, f_1: 2 }, prediction: 0, latency_ms: 5 }]);
  });
});
