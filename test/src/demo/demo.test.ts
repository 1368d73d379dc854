import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchBrowser, loaded, openPage } from '../browser/browse.js';
import { DemoProcess, type Report, root } from './demo-process.js';

const WITHIN_MS = 660_000;
const HOUR = '?from=now-1h';
const artifacts = join(root, 'test/artifacts');

const FLEET = `/${HOUR}`;
const MODEL = `/models/flight-delay${HOUR}`;

describe('the demo', () => {
  let demo: DemoProcess;
  let report: Report;
  beforeAll(async () => {
    demo = new DemoProcess();
    report = await demo.report();
  }, WITHIN_MS);
  afterAll(async () => {
    await demo.interrupt();
  }, 60_000);

  it('stores every flight once and counts it in every histogram', () => {
    expect(report.problems).toEqual([]);
    expect(report.events_sent).toBeGreaterThan(720_000);
    expect(report.events_stored).toBe(report.events_sent);
    expect(report.histogram_total).toBe(report.events_sent);
    expect(report.labels_sent).toBeGreaterThan(700_000);
  });

  it('judges every window of history and finds nothing in it', () => {
    expect(report.windows).toBeGreaterThanOrEqual(44);
    expect(report.false_verdicts).toBe(0);
    expect(report.verdicts.stable).toBeGreaterThan(200);
  });

  it('finds the fault within two minutes and raises its alert, and no other', () => {
    expect(report.fault_to_significant_seconds).toBeLessThan(120);
    expect(report.fault_to_alert_seconds).toBeLessThan(120);
    expect(report.other_alerts).toEqual([]);
  });

  describe.skipIf(chromiumPath === null)('in a browser (needs Chromium)', () => {
    let browser: Browser;
    let dashboard: string;
    beforeAll(async () => {
      dashboard = demo.said('dashboard');
      browser = await launchBrowser();
      mkdirSync(artifacts, { recursive: true });
    });
    afterAll(() => browser?.close());

    it('shows on the fleet page which model drifts and by what', async () => {
      const { page, wrong } = await openPage(browser, dashboard, FLEET, { height: 420 });
      const row = page.getByRole('row').filter({ hasText: 'flight-delay' });
      await row.getByText('significant').first().waitFor();
      expect(await row.textContent()).toContain('distance');
      await page.screenshot({ path: join(artifacts, 'demo-fleet.png') });
      expect(wrong).toEqual([]);
    });

    it('shows on the model page the alert, the heat map and how distance moved', async () => {
      const { page, wrong } = await openPage(browser, dashboard, MODEL, { height: 1180 });
      await page
        .getByRole('list', { name: 'Firing alerts of this model' })
        .getByText('distance')
        .first()
        .waitFor();
      await page.getByText('Drift by signal and time').waitFor();
      await page
        .getByRole('button', { name: /distance.*median/s })
        .first()
        .waitFor();
      await page.getByText('Baseline vs window').first().waitFor();
      await loaded(page);
      await page.screenshot({ path: join(artifacts, 'demo-model.png') });
      expect(wrong).toEqual([]);
    });

    it.each([
      ['at a desk', { width: 1280, height: 900 }],
      ['on a phone', { width: 375, height: 812 }],
    ])('leads from the alert to the cause and to raw events in three clicks, %s', async (_, view) => {
      const { page, wrong } = await openPage(browser, dashboard, MODEL, view);
      await page.getByRole('link', { name: 'Open incident' }).first().click();
      await page.waitForURL('**/incidents/**');
      await page
        .getByText(/median .* → .*×1\.[56]/)
        .first()
        .waitFor();
      await page.getByRole('link', { name: 'Open the signal' }).first().click();
      await page.waitForURL('**/signals/distance**');
      await page
        .getByText(/median .* → .*×1\.[56]/)
        .first()
        .waitFor();
      await page.getByRole('link', { name: 'Explore events' }).first().click();
      await page.waitForURL('**/events?**');
      // Raw events, and the feature beside what the baseline knows of it.
      await page.getByRole('table', { name: 'Events' }).getByRole('row').nth(1).waitFor();
      await page.getByText(/distance in the baseline: /).waitFor();
      expect(wrong).toEqual([]);
    });
  });

  it('ends on Ctrl-C without leaving a process or a file', async () => {
    const folder = demo.said('data and logs, for as long as the demo runs');
    const dashboard = demo.said('dashboard');
    const collector = new URL(demo.said('collector')).origin;
    expect(existsSync(folder)).toBe(true);
    expect(await demo.interrupt()).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await expect(fetch(dashboard)).rejects.toThrow();
    await expect(fetch(`${collector}/healthz`)).rejects.toThrow();
  });
});
