import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tools/lib/chromium.mjs';
import { DemoProcess, type Report, root } from './demo-process.js';

const WITHIN_MS = 660_000;
const artifacts = join(root, 'test/artifacts');
const browserPath = findChromium();

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
    expect(report.fault_to_alert_seconds).toBeLessThan(150);
    expect(report.other_alerts).toEqual([]);
  });

  describe.skipIf(browserPath === null)('in a browser (needs Chromium)', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: browserPath!,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      });
      mkdirSync(artifacts, { recursive: true });
    });
    afterAll(() => browser?.close());

    /** A page of the demo's dashboard, and what went wrong on it: errors, and requests to anybody else. */
    async function open(
      path: string,
      width: number,
      height: number,
    ): Promise<{ page: Page; wrong: string[] }> {
      const dashboard = demo.said('dashboard');
      const page = await browser.newPage({ viewport: { width, height } });
      const wrong: string[] = [];
      page.on('pageerror', (error) => wrong.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') wrong.push(message.text());
      });
      page.on('request', (request) => {
        if (/^https?:/.test(request.url()) && !request.url().startsWith(dashboard)) wrong.push(request.url());
      });
      await page.goto(`${dashboard}${path}`);
      return { page, wrong };
    }

    it('shows on the fleet page which model drifts and by what', async () => {
      const { page, wrong } = await open('/?from=now-1h', 1280, 420);
      const row = page.getByRole('row').filter({ hasText: 'flight-delay' });
      await row.getByText('significant').first().waitFor();
      expect(await row.textContent()).toContain('distance');
      await page.screenshot({ path: join(artifacts, 'demo-fleet.png') });
      expect(wrong).toEqual([]);
    });

    it('shows on the model page the alert, the heat map and how distance moved', async () => {
      const { page, wrong } = await open('/models/flight-delay?from=now-1h', 1280, 1180);
      await page.getByRole('list', { name: 'Firing alerts of this model' }).getByText('distance').waitFor();
      await page.getByText('Drift by signal and time').waitFor();
      await page
        .getByRole('button', { name: /distance.*median/s })
        .first()
        .waitFor();
      await page.getByText('Baseline vs window').waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await page.screenshot({ path: join(artifacts, 'demo-model.png') });
      expect(wrong).toEqual([]);
    });

    it('shows the same on a phone without scrolling sideways', async () => {
      const { page } = await open('/models/flight-delay?from=now-1h', 375, 812);
      await page.getByText('Drift by signal and time').waitFor();
      const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(sideways).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(artifacts, 'demo-model-phone.png'), fullPage: true });
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
