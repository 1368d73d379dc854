import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BacktestResult,
  DeliveryList,
  Incident,
  IncidentList,
  ReceiverTest,
  Silence,
} from '@leeway/contract';
import { afterEach, expect, it } from 'vitest';
import { startCollector } from '../support/collector.js';
import { findAlertmanager, startAlertmanager } from './alertmanager.js';
import { httpSink } from './sinks.js';

const { path: alertmanagerPath, reason } = await findAlertmanager();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Group {
  status: string;
  alerts: { labels: Record<string, string>; annotations: Record<string, string> }[];
}

it.skipIf(alertmanagerPath === null)(
  `failing requests of a model reach a real Alertmanager as one incident, which the API shows too${reason && ` (skipped: ${reason})`}`,
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'leeway-alert-collector-'));
    closing.push(() => rm(dir, { recursive: true, force: true }));
    const groups: Group[] = [];
    const sink = await httpSink(({ body }, response) => {
      groups.push(body as Group);
      response.end();
    });
    const alertmanager = await startAlertmanager(alertmanagerPath!, sink.url);
    closing.push(sink.close, alertmanager.stop);
    await writeFile(
      join(dir, 'alerts.yaml'),
      `receivers: [{ name: am, kind: alertmanager, urls: ["${alertmanager.url}"], resend: 15s }]
route: { receiver: am }
allow_addresses: [127.0.0.1]
`,
    );
    await writeFile(
      join(dir, 'rules.yaml'),
      `rules:
  - { name: error-rate, signal: error_rate, condition: "> 1%", window: 60s, min_rows: 30, severity: critical, runbook: "https://wiki.example/errors" }
  - { name: bad-input, signal: anomaly_rate, condition: "> 5%", enabled: false }
`,
    );
    const collector = await startCollector({
      env: { LEEWAY_ALERT_FILE: join(dir, 'alerts.yaml'), LEEWAY_RULES_DIR: join(dir, 'rules.yaml') },
    });
    closing.push(() => collector.stop());

    const send = async (count: number, failing: boolean) => {
      const events = Array.from({ length: count }, (_, i) => ({
        model: 'flight-delay',
        version: '3',
        id: `${failing}-${i}`,
        ts: Date.now(),
        features: { distance: i },
        prediction: 7,
        latency_ms: 20,
        ...(failing && { error: 'timeout' }),
      }));
      expect((await collector.ask('/events', { method: 'POST', json: events })).status).toBeLessThan(300);
    };
    await send(400, false);
    // A window of a minute is looked at every five seconds.
    await sleep(6_000);
    expect(groups).toEqual([]);

    await send(100, true);
    const end = Date.now() + 90_000;
    while (groups.length === 0 && Date.now() < end) await sleep(100);
    const { body } = await collector.ask<IncidentList>('/incidents?state=firing');
    expect(body.incidents).toHaveLength(1);
    const incident = body.incidents[0]!;
    expect(incident).toMatchObject({ model: 'flight-delay', severity: 'critical', state: 'firing' });
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ status: 'firing' });
    expect(groups[0]!.alerts.map((alert) => alert.labels)).toEqual([
      expect.objectContaining({
        alertname: 'error-rate',
        model: 'flight-delay',
        version: '3',
        incident: incident.id,
      }),
    ]);
    expect(groups[0]!.alerts[0]!.annotations).toMatchObject({ runbook_url: 'https://wiki.example/errors' });

    for (const path of ['/alerts', '/silences', '/rules', '/rules/error-rate', '/receivers', '/deliveries']) {
      expect((await collector.ask(path)).status, path).toBe(200);
    }
    const told = await collector.ask<ReceiverTest>('/receivers/am/test', { method: 'POST' });
    expect(told.body).toMatchObject({ ok: true, detail: 'Alertmanager answers' });
    const refused = await collector.ask('/rules/wrong', {
      method: 'PUT',
      json: { signal: 'drift.pis', condition: '> 1' },
    });
    expect([refused.status, refused.body]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_request' }),
    ]);
    const tried = await collector.ask<BacktestResult>('/rules/backtest', {
      method: 'POST',
      json: {
        rule: { name: 'all-day', signal: 'error_rate', condition: '> 1%' },
        model: 'flight-delay',
        from: 'now-1h',
      },
    });
    expect(tried.body).toMatchObject({ rule: 'all-day', model: 'flight-delay', episodes: expect.any(Array) });
    const silence = await collector.ask<Silence>('/silences', {
      method: 'POST',
      json: {
        matchers: [{ label: 'model', value: 'another' }],
        starts_at: new Date().toISOString(),
        ends_at: new Date(Date.now() + 3_600_000).toISOString(),
        author: 'ada',
        comment: 'a test',
      },
    });
    expect(silence).toMatchObject({ status: 201, body: { state: 'active' } });
    const ended = await collector.ask<Silence>(`/silences/${silence.body.id}`, { method: 'DELETE' });
    expect(ended).toMatchObject({ status: 200, body: { state: 'expired' } });

    // Switching the rule off ends its alert, here and there, for a reason that is told.
    await collector.ask('/rules/error-rate/enabled', { method: 'POST', json: { enabled: false } });
    const later = Date.now() + 90_000;
    while (groups.length < 2 && Date.now() < later) await sleep(100);
    expect(groups.map((group) => group.status)).toEqual(['firing', 'resolved']);
    // What was nearby is looked up behind the alert's own way, and may come after it.
    let after = await collector.ask<Incident>(`/incidents/${incident.id}`);
    while (after.body.nearest_change === null && Date.now() < later) {
      await sleep(100);
      after = await collector.ask<Incident>(`/incidents/${incident.id}`);
    }
    expect(after.body.timeline.map((entry) => entry.kind)).toEqual([
      'onset',
      'deploy',
      'firing',
      'notified',
      'resolved',
      'notified',
    ]);
    const { body: sent } = await collector.ask<DeliveryList>('/deliveries');
    expect(sent.deliveries.map((one) => [one.receiver, one.why, one.state, one.incident])).toEqual([
      ['am', 'all_resolved', 'delivered', incident.id],
      ['am', 'first', 'delivered', incident.id],
    ]);
    // The version's first event is the change nearest to the onset.
    expect(after.body.nearest_change?.text).toContain('3');
    const ends = after.body.timeline.filter((entry) => entry.kind === 'resolved');
    expect(ends.map((entry) => entry.text)).toEqual([expect.stringContaining('rule removed')]);
  },
);
