import { Problem, type StatusReport, type Verdict } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../support/clickhouse-http.js';
import { type Collector, eventually, runLeeway, startCollector } from '../support/collector.js';
import { baselineForm, sampleEvents, trainingCsv } from '../support/samples.js';

const MINUTE = 60_000;

/** One database, three collectors, each with a role of its own. */
let clickhouse: ClickhouseHttp;
let ingest: Collector;
let evaluate: Collector;
let serve: Collector;
let end: number;

beforeAll(async () => {
  clickhouse = await startClickhouseHttp();
  const env = { CLICKHOUSE_URL: clickhouse.url, LEEWAY_EVALUATE_EVERY_MS: '1000' };
  evaluate = await startCollector({ env: { ...env, LEEWAY_ROLE: 'evaluate' } });
  ingest = await startCollector({ env: { ...env, LEEWAY_ROLE: 'ingest' } });
  serve = await startCollector({ env: { ...env, LEEWAY_ROLE: 'serve', LEEWAY_EVALUATE_URL: evaluate.url } });
  end = Math.floor(Date.now() / MINUTE) * MINUTE;
});

afterAll(async () => {
  for (const collector of [ingest, evaluate, serve]) expect(await collector?.stop()).toBe(0);
  await clickhouse?.close();
});

describe('collectors that share one ClickHouse', () => {
  it('take events in one, judge them in another and show them in a third', async () => {
    const made = await serve.ask('/models/m/baselines', {
      method: 'POST',
      body: baselineForm(trainingCsv(), 'train.csv'),
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    await serve.ask('/models/m/settings', {
      method: 'PUT',
      json: { window_ms: 5 * MINUTE, step_ms: MINUTE },
    });
    // The one that takes events counts them against the baseline that another made.
    await eventually(async () => {
      const { body } = await ingest.ask<{ baselines: unknown[] }>('/baselines?model=m');
      return body.baselines.length === 1;
    });
    const events = [
      ...sampleEvents({ model: 'm', from: end - 20 * MINUTE, to: end - 5 * MINUTE, count: 2_000, seed: 1 }),
      ...sampleEvents({ model: 'm', from: end - 5 * MINUTE, to: end, count: 1_000, scale: 2, seed: 2 }),
    ];
    expect((await ingest.ask('/events', { json: events })).body).toMatchObject({ accepted: 3_000 });
    const found = await eventually(
      async () => {
        const { body } = await serve.ask<{ verdicts: Verdict[] }>(
          '/models/m/verdicts?from=now-1h&signal=amount',
        );
        return body.verdicts.find((one) => Date.parse(one.window_end) === end && one.n_current === 1_000);
      },
      60_000,
      'the verdict of the newest window',
    );
    expect(found).toMatchObject({ verdict: 'significant', n_current: 1_000 });
  });

  it('judge windows again when late events come in through another process', async () => {
    const late = sampleEvents({
      model: 'm',
      from: end - 15 * MINUTE,
      to: end - 10 * MINUTE,
      count: 1_500,
      seed: 9,
    });
    await ingest.ask('/events', {
      json: late.map((event, i) => ({ ...event, id: `late-${i}` })),
    });
    const hit = await eventually(
      async () => {
        const { body } = await serve.ask<{ verdicts: Verdict[] }>(
          '/models/m/verdicts?from=now-1h&signal=amount',
        );
        return body.verdicts.find(
          (one) => Date.parse(one.window_end) === end - 10 * MINUTE && one.n_current > 2_000,
        );
      },
      60_000,
      'the second verdict of an old window',
    );
    expect(hit.historical).toBe(true);
  });

  it('pass questions about alerts to the one that runs them', async () => {
    const asked = await serve.ask<{ alerts: { model: string }[] }>('/alerts');
    expect(asked.status).toBe(200);
    expect(asked.body).toEqual((await evaluate.ask('/alerts')).body);
    const bad = await serve.ask('/silences', { json: { matchers: [] } });
    expect(bad.status).toBe(400);
    expect(Problem.parse(bad.body).code).toBe('invalid_request');
  });

  it('pass a repair of counts on to the one that judges, and compare them anywhere', async () => {
    const served = async (collector: Collector) => {
      const { body } = await collector.ask<string>('//metrics');
      return /leeway_http_request_seconds_count\{[^}]*verify/.test(body);
    };
    for (const repair of [false, true]) {
      const asked = await serve.ask('/models/m/verify', { json: { from: 'now-1h', repair } });
      expect(asked).toMatchObject({ status: 200, body: { model: 'm', wrong_minutes: 0, repaired: 0 } });
      expect(await served(evaluate)).toBe(repair);
    }
  });

  it('refuse what is not their role', async () => {
    for (const collector of [serve, evaluate]) {
      const refused = await collector.ask('/events', { json: {} });
      expect(refused.status).toBe(503);
      expect(Problem.parse(refused.body).code).toBe('role_not_served');
    }
    const alerts = await ingest.ask('/alerts');
    expect([alerts.status, Problem.parse(alerts.body).code]).toEqual([503, 'role_not_served']);
    expect((await serve.ask<StatusReport>('/status')).body.ingest.state).toBe('stopped');
  });

  it('need a server for that', async () => {
    const { code, err } = await runLeeway(['serve', '--role', 'ingest']);
    expect(code).toBe(2);
    expect(err).toContain('CLICKHOUSE_URL');
  });
});

describe('a ClickHouse that does not answer', () => {
  it('makes readyz say so and refuses events for a retry, until it is back', async () => {
    clickhouse.down = true;
    try {
      await eventually(async () => (await ingest.ask('//readyz')).status === 503);
      expect((await ingest.ask('//healthz')).status).toBe(200);
    } finally {
      clickhouse.down = false;
    }
    await eventually(async () => (await ingest.ask('//readyz')).status === 200, 60_000, 'readiness');
    const [event] = sampleEvents({ model: 'm', from: end, to: end + 1, count: 1, seed: 4 });
    await eventually(async () => {
      const { status } = await ingest.ask('/events', { json: { ...event, id: 'after' } });
      return status === 200;
    });
  });
});
