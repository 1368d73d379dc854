import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/collector.js';
import { axeProblems, chromiumPath, loaded, sidewaysScroll } from './browse.js';
import { FLIGHTS, seedFlights } from './flights.js';
import { type Product, startProduct } from './product.js';

const HOUR = '?from=now-1h';
const artifacts = join(ROOT, 'test/artifacts');

/** Every page that a person can open. `:incident` and `:baseline` stand for ids that only the API knows. */
const PAGES: Record<string, string> = {
  fleet: `/${HOUR}`,
  model: `/models/${FLIGHTS}${HOUR}`,
  'model-settings': `/models/${FLIGHTS}/settings`,
  signal: `/models/${FLIGHTS}/signals/distance${HOUR}`,
  category: `/models/${FLIGHTS}/signals/origin${HOUR}`,
  prediction: `/models/${FLIGHTS}/signals/%40prediction${HOUR}`,
  compare: `/models/${FLIGHTS}/compare${HOUR}`,
  events: `/events?model=${FLIGHTS}&from=now-1h`,
  alerts: '/alerts',
  incidents: '/incidents',
  incident: '/incidents/:incident',
  silences: '/silences',
  'new-silence': `/silences/new?rule=drift-significant&model=${FLIGHTS}&signal=distance`,
  rules: '/rules',
  rule: '/rules/drift-significant',
  'new-rule': '/rules/new',
  receivers: '/receivers',
  baselines: `/baselines?model=${FLIGHTS}`,
  baseline: '/baselines/:baseline',
  upload: '/baselines/upload',
  status: '/status',
};

/** Each page in light and dark, at a desk and on a phone: axe, sideways scrolling, and a picture to look at. */
describe.skipIf(chromiumPath === null)('pages in a browser (needs Chromium)', () => {
  let product: Product;
  let ids: Record<string, string>;
  beforeAll(async () => {
    product = await startProduct();
    await seedFlights(product.collector, Date.now());
    const { body: alerts } = await product.collector.ask<{ incidents: { id: string }[] }>('/incidents');
    const { body: kept } = await product.collector.ask<{ baselines: { id: string }[] }>('/baselines');
    ids = { ':incident': alerts.incidents[0]?.id ?? '', ':baseline': kept.baselines[0]?.id ?? '' };
    mkdirSync(artifacts, { recursive: true });
  }, 180_000);
  afterEach(() => product.closePages());
  afterAll(() => product?.stop(), 60_000);

  const pathOf = (name: string) =>
    (PAGES[name] ?? '/').replace(/:(?:incident|baseline)$/, (id) => encodeURIComponent(ids[id] ?? ''));

  it.each(Object.keys(PAGES))('axe finds nothing serious on the page %s', async (name) => {
    const { page, wrong } = await product.open(pathOf(name));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await loaded(page);
      await page.screenshot({ path: join(artifacts, `${name}-${colorScheme}.png`), fullPage: true });
      expect(await axeProblems(page), colorScheme).toEqual([]);
    }
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(PAGES))('the page %s fits a phone', async (name) => {
    const { page, wrong } = await product.open(pathOf(name), { width: 375, height: 812, dark: true });
    await page.screenshot({ path: join(artifacts, `${name}-phone-dark.png`), fullPage: true });
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(await axeProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.screenshot({ path: join(artifacts, `${name}-phone.png`), fullPage: true });
    expect(wrong).toEqual([]);
  });
});
