import type { IncidentList } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAlertmanager, startAlertmanager } from '../alert/alertmanager.js';
import { httpSink } from '../alert/sinks.js';
import { DemoProcess, type Report } from './demo-process.js';
import { OneIncident } from './one-incident.js';

const WITHIN_MS = 660_000;
const { path: alertmanagerPath, reason } = await findAlertmanager();
const skipped = reason && ` (skipped: ${reason})`;

describe('the demo through Kafka', () => {
  let demo: DemoProcess;
  let report: Report;
  /** What a real Alertmanager makes of the demo's alerts; null where there is none. */
  let told: OneIncident | null = null;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    if (alertmanagerPath !== null) {
      const sink = await httpSink(({ body }, response) => {
        told?.arrived(body);
        response.end();
      });
      const alertmanager = await startAlertmanager(alertmanagerPath, sink.url);
      closing.push(sink.close, alertmanager.stop);
      told = new OneIncident(alertmanager.url);
    }
    demo = new DemoProcess('--kafka', ...(told ? ['--alertmanager', told.alertmanager] : []));
    report = await demo.report();
  }, WITHIN_MS);
  afterAll(async () => {
    await demo.interrupt();
    for (const close of closing.reverse()) await close();
  }, 60_000);

  it('stores and counts every flight that a real broker carried', () => {
    expect(report.problems).toEqual([]);
    expect(report.transport).toBe('kafka');
    expect(report.events_sent).toBeGreaterThan(720_000);
    expect(report.events_stored).toBe(report.events_sent);
    expect(report.histogram_total).toBe(report.events_sent);
  });

  it('raises the alert on distance, and no other', () => {
    expect(report.alerts_fired).toBeGreaterThan(0);
    expect(report.other_alerts).toEqual([]);
    expect(report.false_verdicts).toBe(0);
  });

  it('shows the fault as one incident, with what moved and how, since when, and what changed before', async () => {
    const { incidents } = (await (
      await fetch(`${demo.collector()}/api/v1/incidents`)
    ).json()) as IncidentList;
    expect(incidents).toHaveLength(1);
    const [incident] = incidents;
    expect(incident).toMatchObject({
      model: 'flight-delay',
      severity: 'critical',
      state: 'firing',
      title: expect.stringMatching(/^distance 0\.\d+ PSI$/),
      // The baseline and the first event of the version, at the demo's start, are the only changes there were.
      nearest_change: { at: expect.any(String), text: expect.stringMatching(/January 2001|version/) },
    });
    const [distance, ...others] = incident!.signals;
    expect(distance).toMatchObject({
      signal: 'distance',
      rule: 'drift-significant',
      state: 'firing',
      unit: 'PSI',
    });
    // All numeric features together may move with it; it is listed behind and told to nobody.
    expect(others.filter(({ signal }) => signal !== '@multivariate')).toEqual([]);
    expect(distance!.direction).toMatchObject({
      way: 'up',
      text: expect.stringMatching(/median .* → .*×1\.[56]/),
    });
    expect(distance!.direction!.gained.length).toBeGreaterThan(0);
    expect(distance!.direction!.lost.length).toBeGreaterThan(0);
    expect(distance!.n).toBeGreaterThan(10_000);
    // The window is a minute, and the fault begins with one.
    expect(new Date(incident!.since).getUTCSeconds()).toBe(0);
    expect(Date.parse(incident!.since)).toBeLessThan(Date.parse(incident!.fired_at));
    expect(incident!.timeline.map((entry) => entry.kind)).toEqual(
      expect.arrayContaining(['onset', 'firing']),
    );
  });

  it.skipIf(alertmanagerPath === null)(
    `is one alert group in a real Alertmanager, and over there when the fault is${skipped}`,
    async () => {
      await told!.untilFiring();
      await told!.isOne(demo.collector());
      expect((await fetch(`${demo.faultSwitch()}/off`, { method: 'POST' })).ok).toBe(true);
      await told!.untilResolved(demo.collector());
    },
  );
});
