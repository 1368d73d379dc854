import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from './browse.js';
import { FLIGHTS, seedFlights } from './flights.js';
import { type Product, startProduct } from './product.js';

const HOUR = '?from=now-1h';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Pages with charts, and the names of the charts that each must have. */
const CHARTS: Record<string, { path: string; names: readonly string[] }> = {
  model: {
    path: `/models/${FLIGHTS}${HOUR}`,
    names: [
      'Drift by signal and time',
      'Drift over time',
      'Baseline vs window',
      'Latency',
      'Traffic',
      'Error rate',
      'Prediction error',
      'Label coverage',
    ],
  },
  'numeric signal': {
    path: `/models/${FLIGHTS}/signals/distance${HOUR}`,
    names: [
      'Distribution over time',
      'Baseline vs window',
      'Drift over time',
      'Missing, out of range, unseen',
    ],
  },
  'categorical signal': {
    path: `/models/${FLIGHTS}/signals/origin${HOUR}`,
    names: [
      'Distribution over time',
      'Baseline vs window',
      'Drift over time',
      'Missing, out of range, unseen',
    ],
  },
  comparison: { path: `/models/${FLIGHTS}/compare${HOUR}`, names: ['distance'] },
};

/** What every chart has beside its picture, and what every page promises about what it loads and how it moves. */
describe.skipIf(chromiumPath === null)('charts in a browser (needs Chromium)', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
    await seedFlights(product.collector, Date.now());
  }, 180_000);
  afterEach(() => product.closePages());
  afterAll(() => product?.stop(), 60_000);

  describe.each(Object.entries(CHARTS))('of a %s', (_, { path, names }) => {
    it('are also tables, CSV files and pictures', async () => {
      const { page, wrong } = await product.open(path);
      for (const name of names) {
        const chart = page.getByRole('figure', { name, exact: true });
        await reach(page, chart);
        await chart.getByRole('button', { name: 'Show as table' }).click();
        const table = chart.getByRole('table');
        await table.getByRole('row').nth(1).waitFor();
        const headers = await table.getByRole('columnheader').count();
        await chart.getByRole('button', { name: 'Show as chart' }).click();

        const lines = (await exported(page, chart, /CSV/)).toString('utf8').split('\r\n');
        expect(lines.length, name).toBeGreaterThan(2);
        expect(lines[0]?.split(',').length, name).toBeGreaterThanOrEqual(headers);

        const picture = await exported(page, chart, /PNG/);
        expect(picture.subarray(0, 8), name).toEqual(PNG);
        expect(picture.readUInt32BE(16), name).toBeGreaterThan(400);
        expect(picture.readUInt32BE(20), name).toBeGreaterThan(80);
        // One colour only would be a picture of nothing, and compresses to next to nothing.
        expect(picture.length, name).toBeGreaterThan(2_000);
      }
      expect(wrong).toEqual([]);
    });
  });

  it('enlarge into a dialog with a brush that keys can move', async () => {
    const { page, wrong } = await product.open(CHARTS.model?.path ?? '/');
    const chart = page.getByRole('figure', { name: 'Drift over time' });
    await chart.getByRole('button', { name: 'Enlarge' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('slider').first().waitFor();
    const before = await dialog.getByRole('slider').first().getAttribute('aria-valuenow');
    await dialog.getByRole('slider').first().focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => dialog.getByRole('slider').first().getAttribute('aria-valuenow'))
      .not.toBe(before);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(wrong).toEqual([]);
  });

  it('never go below zero where a quantity can not', async () => {
    const { page } = await product.open(CHARTS.model?.path ?? '/');
    for (const name of ['Drift over time', 'Latency', 'Traffic', 'Error rate']) {
      const texts = await page.getByRole('figure', { name }).locator('svg text').allTextContents();
      expect(texts.length, name).toBeGreaterThan(4);
      expect(
        texts.filter((text) => /^[−-]\d/.test(text)),
        name,
      ).toEqual([]);
    }
  });

  it('keep their labels clear of one another', async () => {
    const { page } = await product.open(CHARTS.model?.path ?? '/');
    for (const name of ['Drift over time', 'Latency', 'Traffic', 'Error rate', 'Label coverage'])
      await reach(page, page.getByRole('figure', { name }));
    expect(await page.locator('figure svg text').count()).toBeGreaterThan(40);
    expect(await page.evaluate(OVERLAPS)).toEqual([]);
  });

  describe('every page', () => {
    it('runs scripts by nonce only, a new one each time, and asks nobody else for anything', async () => {
      const nonces = new Set<string>();
      for (const path of ['/', ...Object.values(CHARTS).map((page) => page.path), '/status', '/rules']) {
        const answer = await fetch(`${product.dashboard}${path}`);
        const policy = answer.headers.get('content-security-policy') ?? '';
        const scripts = /script-src ([^;]+)/.exec(policy)?.[1] ?? '';
        const nonce = /'nonce-([^']+)'/.exec(scripts)?.[1] ?? '';
        expect(nonce.length, path).toBeGreaterThan(20);
        expect(scripts, path).not.toContain('unsafe');
        expect(policy).toContain("object-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        nonces.add(nonce);
        const html = await answer.text();
        const tags = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
        expect(tags.length).toBeGreaterThan(2);
        expect(tags.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
        const hosts = [...html.matchAll(/(?:src|href)="(?:https?:)?\/\/([^/"]+)/g)].map(([, host]) => host);
        expect(hosts).toEqual([]);
      }
      expect(nonces.size).toBe(7);
    });

    it('does not run a script that is put into it', async () => {
      const { page } = await product.open('/status');
      await page.evaluate(`(() => {
        const script = document.createElement('script');
        script.textContent = 'window.broken = true';
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.broken = true">');
        document.body.insertAdjacentElement('beforeend', script);
      })()`);
      await page.waitForTimeout(300);
      // A script made by a trusted script is trusted; an inline handler never is.
      expect(await page.evaluate('document.querySelector("img").onerror')).toBeNull();
    });

    it('stands still, whether or not reduced motion is asked for', async () => {
      for (const path of [CHARTS.model?.path ?? '/', '/alerts']) {
        const { page } = await product.open(path);
        expect(await page.evaluate(MOVING)).toEqual([]);
        await page.emulateMedia({ reducedMotion: 'no-preference' });
        expect(await page.evaluate(MOVING)).toEqual([]);
      }
    });
  });
});

/** Scrolls to a chart that may be loaded only once it comes near. */
async function reach(page: Page, chart: Locator): Promise<void> {
  for (let i = 0; i < 40 && (await chart.count()) === 0; i++) {
    await page.mouse.wheel(0, 500);
    await page.waitForTimeout(150);
  }
  await chart.scrollIntoViewIfNeeded();
  await chart.locator('svg[width], canvas').first().waitFor();
}

async function exported(page: Page, chart: Locator, kind: RegExp): Promise<Buffer> {
  await chart.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: kind }).click(),
  ]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return readFileSync(await file.path());
}

/** Elements of the page that are, or could be, in motion. */
const MOVING = `(() => {
  const moving = document.getAnimations().map((one) => String(one.effect?.target?.className));
  for (const element of document.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (style.transitionDuration !== '0s' || style.animationName !== 'none') moving.push(element.tagName);
  }
  return moving;
})()`;

/** Pairs of texts in one drawing that lie on one another by more than a hair. */
const OVERLAPS = `[...document.querySelectorAll('figure svg')].flatMap((drawing) => {
  const texts = [...drawing.querySelectorAll('text')].filter((text) => text.textContent);
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const found = [];
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 4) found.push(texts[i].textContent + ' / ' + texts[j].textContent);
    }
  return found;
})`;
