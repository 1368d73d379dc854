import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoProcess, type Report } from './demo-process.js';

const WITHIN_MS = 660_000;

describe('the demo through Kafka', () => {
  let demo: DemoProcess;
  let report: Report;
  beforeAll(async () => {
    demo = new DemoProcess('--kafka');
    report = await demo.report();
  }, WITHIN_MS);
  afterAll(() => demo.interrupt(), 60_000);

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
});
