import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertList, IncidentList } from '@leeway/contract';
import { afterEach, expect, it } from 'vitest';
import { type Collector, startCollector } from '../support/collector.js';
import { httpSink } from './sinks.js';

/*
 * 10,000 alerts in one look of the running daemon: on each of 50 models 100 rules on two segments fire at once. While
 * they are journalled, grouped and sent, the API is asked again and again.
 */
const MODELS = 50;
const RULES = 100;
const ALERTS = 10_000;
/** Less than a minute with a processor to itself. */
const WITHIN_MS = 240_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1_024;
}

function failing(model: string): object[] {
  return Array.from({ length: 60 }, (_, i) => ({
    model,
    version: '1',
    id: `${model}-${i}`,
    ts: Date.now(),
    features: { x: i },
    prediction: i,
    error: 'timeout',
    tags: { region: 'eu' },
  }));
}

it('10,000 alerts at once become a message a model, while the daemon answers its API in bounded memory', {
  timeout: 400_000,
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'leeway-storm-'));
  closing.push(() => rm(dir, { recursive: true, force: true }));
  const heard = new Set<string>();
  let messages = 0;
  const sink = await httpSink(({ body }, response) => {
    messages += 1;
    heard.add((body as { model: string }).model);
    response.end();
  });
  closing.push(sink.close);
  const rules = Array.from(
    { length: RULES },
    (_, i) =>
      `  - { name: errors-${i}, signal: error_rate, selector: { segment: "*" }, condition: "> ${i / 4 + 1}%", window: 5m, severity: critical }`,
  );
  await writeFile(
    join(dir, 'rules.yaml'),
    `rules:\n${rules.join('\n')}\n  - { name: error-rate, signal: error_rate, condition: "> 1%", enabled: false }\n  - { name: anomalies, signal: anomaly_rate, condition: "> 5%", enabled: false }\n`,
  );
  await writeFile(
    join(dir, 'alerts.yaml'),
    `receivers: [{ name: hook, kind: webhook, url: "${sink.url}/" }]
route: { receiver: hook, group_wait: 15s }
allow_addresses: [127.0.0.1]
`,
  );
  const collector: Collector = await startCollector({
    env: {
      LEEWAY_ALERT_FILE: join(dir, 'alerts.yaml'),
      LEEWAY_RULES_DIR: join(dir, 'rules.yaml'),
      LEEWAY_RATE_LIMIT: '0',
    },
  });
  closing.push(() => collector.stop());
  const names = Array.from({ length: MODELS }, (_, i) => `model-${i}`);
  for (const model of names)
    await collector.ask(`/models/${model}/settings`, { method: 'PUT', json: { segment_tags: ['region'] } });
  const before = await residentMib(collector.pid);
  for (const model of names)
    expect((await collector.ask('/events', { method: 'POST', json: failing(model) })).status).toBeLessThan(
      300,
    );

  const times: number[] = [];
  let most = 0;
  let firing = 0;
  const end = Date.now() + WITHIN_MS;
  while ((heard.size < MODELS || firing < ALERTS) && Date.now() < end) {
    for (const path of ['/healthz', '/incidents', '/alerts', '/models']) {
      const started = performance.now();
      const { status, body } = await collector.ask<AlertList>(path === '/healthz' ? '//healthz' : path);
      times.push(performance.now() - started);
      expect(status).toBe(200);
      if (path === '/alerts') firing = body.firing;
    }
    most = Math.max(most, await residentMib(collector.pid));
    await sleep(50);
  }
  times.sort((a, b) => a - b);
  const p95 = times[Math.floor(times.length * 0.95)]!;
  const story = `${times.length} answers, p95 ${p95.toFixed(0)} ms, slowest ${times.at(-1)!.toFixed(0)} ms, memory ${before.toFixed(0)} to ${most.toFixed(0)} MiB, ${messages} messages`;
  expect(firing, story).toBe(ALERTS);
  expect([...heard].sort(), story).toEqual([...names].sort());
  const { body } = await collector.ask<IncidentList>('/incidents');
  expect(body.incidents).toHaveLength(MODELS);
  // A hundred rules on the error rate of two slices are two things that are wrong.
  for (const incident of body.incidents) expect(incident.signal_count).toBe(2);
  expect(messages, story).toBeLessThanOrEqual(2 * MODELS);
  // Generous, because other work shares the test machine; a blocked daemon would not answer for many seconds.
  expect(p95, story).toBeLessThan(3_000);
  expect(times.at(-1)!, story).toBeLessThan(15_000);
  expect(most - before, story).toBeLessThan(800);
});
