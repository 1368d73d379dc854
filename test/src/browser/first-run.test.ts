import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, eventually, startCollector } from '../support/collector.js';
import { axeProblems, chromiumPath, sidewaysScroll, sticksOut } from './browse.js';
import { post } from './flights.js';
import { type Product, startProduct } from './product.js';

const MARKUP = '<img src=x onerror="window.broken=1">';
/** As long as the API allows, with what breaks careless pages. */
const ODD_MODEL = `${MARKUP} 🛫 ${'long '.repeat(40)}`.slice(0, 200).trim();
const ODD_FEATURE = `${MARKUP} 🧨 ${'x'.repeat(200)}`.slice(0, 190);
const ODD_VERSION = `v ${MARKUP} 🛬 ${'y'.repeat(200)}`.slice(0, 190);

/** Pages as they are before anything has happened: what each says then. */
const EMPTY: Record<string, RegExp> = {
  '/': /No model has sent an event yet/,
  '/alerts': /Nothing fires, nothing is pending/,
  '/incidents': /There has been no incident/,
  '/silences': /Nothing is silenced/,
  '/receivers': /Nothing has been sent/,
  '/events': /No event has arrived yet/,
  '/baselines': /There is no baseline yet/,
  '/status': /Waiting for the first event/,
};

/** A first run from nothing, and everything that can go wrong on the way. */
describe.skipIf(chromiumPath === null)('a first run in a browser (needs Chromium)', () => {
  let product: Product;
  let collector: Collector;
  let port: string;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'leeway-first-run-'));
    product = await startProduct({ dataDir });
    collector = product.collector;
    port = new URL(collector.url).port;
  }, 120_000);
  afterEach(() => product.closePages());
  afterAll(async () => {
    await product?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it.each(Object.entries(EMPTY))('says on %s why it is empty', async (path, words) => {
    const { page, wrong } = await product.open(path);
    await page.getByText(words).first().waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('notices the first event, sent as the snippet says', async () => {
    const { page, wrong } = await product.open('/status');
    await page.getByText('Waiting for the first event…').waitFor();
    const snippet =
      (await page.locator('pre, code').filter({ hasText: 'curl http' }).first().textContent()) ?? '';
    const url = /curl (\S+)/.exec(snippet)?.[1] ?? '';
    const body = /-d '(.+)'/s.exec(snippet)?.[1] ?? '';
    expect(url).toBe(`${collector.url}/api/v1/events`);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBeLessThan(300);
    await page.getByText('The first event has arrived.').waitFor();
    await page.getByRole('link', { name: 'Open my-model' }).click();
    await page.getByRole('heading', { level: 1, name: 'my-model' }).waitFor();
    await page.getByText(/leeway baseline create --model my-model/).waitFor();
    expect(wrong).toEqual([]);
  });

  it('shows a new model at once, without being asked again', async () => {
    const { page } = await product.open('/');
    await page.getByRole('button', { name: 'Live updates: live' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'my-model' }).waitFor();
    // The fleet of a day is asked for every five minutes: what comes sooner came by the stream.
    await post(collector, '/events', [event('late-comer', 0)]);
    await page.getByRole('row').filter({ hasText: 'late-comer' }).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Live updates: live' }).click();
    await page.getByRole('button', { name: 'Live updates: paused' }).waitFor();
  });

  describe('with names and numbers that break careless pages', () => {
    const path = `/models/${encodeURIComponent(ODD_MODEL)}`;
    beforeAll(async () => {
      const training = Array.from({ length: 400 }, (_, i) =>
        JSON.stringify({ [ODD_FEATURE]: i % 50, huge: (i % 2 ? 1 : -1) * 1e308, kind: i % 3 ? MARKUP : 'b' }),
      );
      const form = new FormData();
      form.append('file', new Blob([training.join('\n')]), 'odd.ndjson');
      const made = await collector.ask(`${path}/baselines`, { method: 'POST', body: form });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      await collector.ask(`${path}/settings`, {
        method: 'PUT',
        json: { window_ms: 60_000, step_ms: 60_000, seasonal: false },
      });
      const now = Date.now();
      const events = Array.from({ length: 2_000 }, (_, i) => ({
        ...event(ODD_MODEL, i),
        ts: now - 120_000 - i,
        version: ODD_VERSION,
        features: {
          [ODD_FEATURE]: i % 7 === 0 ? 'NaN' : 1e9 + i,
          huge: 1.7e308,
          kind: i % 5 ? MARKUP : 'new 🎈',
        },
        latency_ms: 1e12,
      }));
      await post(collector, '/events', events);
      await eventually(async () => {
        const { body } = await collector.ask<{ signals: { latest: unknown }[] }>(`${path}/signals`);
        return body.signals.some(({ latest }) => latest !== null);
      });
    });

    it.each([
      ['the model', path],
      ['the model of a version', `${path}?version=${encodeURIComponent(ODD_VERSION)}`],
      ['the signal', `${path}/signals/${encodeURIComponent(ODD_FEATURE)}`],
      ['the huge signal', `${path}/signals/huge`],
      ['the categories', `${path}/signals/kind`],
      ['the comparison', `${path}/compare`],
      ['the settings', `${path}/settings`],
      ['the events', `/events?model=${encodeURIComponent(ODD_MODEL)}`],
      ['the fleet', '/'],
      ['the baselines', '/baselines'],
      ['what was noticed of its features', '/status'],
    ])('shows %s as text, in a width of 375 pixels', async (_, at) => {
      const { page, wrong } = await product.open(`${at}${at.includes('?') ? '&' : '?'}from=now-1h`, {
        width: 375,
        height: 812,
      });
      await page.getByText('<img src=x').first().waitFor({ state: 'attached' });
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.getByText(/NaN|undefined|\[object/).count()).toBe(0);
      expect(await sticksOut(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      expect(wrong).toEqual([]);
    });
  });

  describe('a broken address', () => {
    it.each([
      ['/models/nobody', /nobody/],
      ['/models/nobody/signals/nothing', /nobody/],
      ['/models/nobody/settings', /nobody/],
      ['/models/nobody/compare', /nobody/],
      ['/incidents/none', /incident/i],
      ['/rules/none', /rule/i],
      ['/baselines/none', /baseline/i],
    ])('%s says what there is not', async (path, words) => {
      const { page } = await product.open(path);
      const said = page.getByRole('alert').first();
      await said.waitFor();
      expect(await said.textContent()).toMatch(words);
      expect(await page.getByText(/undefined|\[object/).count()).toBe(0);
    });

    it.each([
      '/models/my-model?from=yesterday&to=%F0%9F%8E%88&at=x&signal=%3Cb%3E&version=none&segment=no',
      '/?sort=-nothing&verdict=purple,stable&from=now&to=now-1h',
      '/alerts?view=sideways&severity=loud',
      '/events?model=my-model&feature=%26%26&tag=x&cursor=garbage',
      '/baselines/compare?a=1&b=',
      '/models/my-model/compare?a_from=later&b_to=never&b_baseline=none',
    ])('%s still opens', async (path) => {
      const { page } = await product.open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByText('Something went wrong on this page').count()).toBe(0);
    });

    it('that leads nowhere has a way back', async () => {
      const { page } = await product.open('/nowhere/at/all');
      await page
        .getByText(/There is no page at this address/)
        .first()
        .waitFor();
      await page.getByRole('main').getByRole('link').first().click();
      await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    });
  });

  describe('the API', () => {
    it('that is slow leaves the frame of the page usable, and its data comes when it comes', async () => {
      collector.signal('SIGSTOP');
      const { page } = await openRaw('/');
      try {
        await page.getByRole('status').filter({ hasText: 'Loading the models' }).waitFor();
        await page.getByRole('link', { name: 'Alerts', exact: true }).click();
        await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
        await page.getByRole('status').filter({ hasText: 'Loading the alerts' }).waitFor();
      } finally {
        collector.signal('SIGCONT');
      }
      await theAlerts(page).waitFor();
    });

    it('that answers after the page was sent is heard all the same, in the same answer', async () => {
      collector.signal('SIGSTOP');
      const { page, asked } = await openRaw('/');
      try {
        await page.getByRole('status').filter({ hasText: 'Loading the models' }).waitFor();
        await page.waitForTimeout(1_000);
      } finally {
        collector.signal('SIGCONT');
      }
      await page.getByRole('table', { name: 'Models' }).waitFor();
      expect(asked.filter((path) => path.startsWith('/api/v1/models?'))).toEqual([]);
    });

    it('that answers 500 is said so, and tried again', async () => {
      const { page } = await product.open('/');
      await page.route('**/api/v1/models?**', (route) => route.fulfill({ status: 500, body: 'boom' }));
      await page.getByRole('button', { name: /^Time range/ }).click();
      await page.getByRole('button', { name: 'Last 7 days' }).click();
      const alert = page.getByRole('alert').filter({ hasText: '500' });
      await alert.waitFor();
      await page.unroute('**/api/v1/models?**');
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('table', { name: 'Models' }).waitFor();
      expect(await alert.count()).toBe(0);
    });

    it('that is down is said so, with what to do, and comes back without a reload', async () => {
      const open = await product.open('/');
      await open.page.getByRole('table', { name: 'Models' }).waitFor();
      collector.signal('SIGTERM');
      await collector.ended;
      const { page } = await openRaw('/alerts');
      const alert = page.getByRole('alert').first();
      await alert.getByText("The collector can't be reached").waitFor();
      await alert.getByText(/Start the collector/).waitFor();
      // What was on screen stays there.
      expect(await open.page.getByRole('row').count()).toBeGreaterThan(2);
      const again = await startCollector({ env: { LEEWAY_PORT: port }, dataDir });
      try {
        await alert.getByRole('button', { name: 'Try again' }).click();
        await theAlerts(page).waitFor();
      } finally {
        await again.stop();
      }
    });
  });

  /** What the page of alerts shows: none, or those of a window that ended meanwhile. */
  function theAlerts(page: Page) {
    return page
      .getByText('Nothing fires, nothing is pending.')
      .or(page.getByRole('table', { name: 'Active alerts' }));
  }

  /** Opens a page without waiting for its data. */
  async function openRaw(path: string) {
    const context = await product.browser.newContext();
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().slice(product.dashboard.length)));
    // The document is complete only when the last of its data has come.
    await page.goto(`${product.dashboard}${path}`, { waitUntil: 'commit' });
    return { page, asked };
  }
});

function event(model: string, i: number) {
  return {
    model,
    version: '1',
    id: `${i}-${model.slice(0, 40)}`,
    ts: Date.now() - 1_000,
    features: { distance: 100 + i },
    prediction: 1,
    latency_ms: 10,
  };
}
