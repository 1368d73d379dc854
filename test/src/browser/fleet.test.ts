import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/collector.js';
import { axeProblems, chromiumPath, sidewaysScroll } from './browse.js';
import { post } from './flights.js';
import { type Product, startProduct } from './product.js';

const MODELS = 1_000;
/** Models of one request. */
const BATCH = 100;
/** Far fewer rows than models, far more than a screen holds. */
const MOST_ROWS = 60;

const nameOf = (i: number) => `fleet-${String(i).padStart(4, '0')}`;

/** A fleet of a thousand models, whose events came over HTTP. */
describe.skipIf(chromiumPath === null)('a fleet of a thousand in a browser (needs Chromium)', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
    const now = Date.now();
    for (let first = 0; first < MODELS; first += BATCH)
      await post(
        product.collector,
        '/events',
        Array.from({ length: BATCH * 3 }, (_, i) => ({
          model: nameOf(first + Math.floor(i / 3)),
          version: '1',
          id: `${first}-${i}`,
          ts: now - 60_000 + i,
          features: { distance: 100 + i },
          prediction: 1,
          latency_ms: 10,
        })),
      );
    await eventually(async () => {
      const { body } = await product.collector.ask<{ models: unknown[] }>('/models');
      return body.models.length === MODELS;
    });
  }, 180_000);
  afterEach(() => product.closePages());
  afterAll(() => product?.stop(), 60_000);

  const table = (page: Page) => page.getByRole('table', { name: 'Models' });
  const rows = (page: Page) => table(page).locator('tr[data-index]');
  const focused = (page: Page) =>
    page.evaluate<string | null>('document.activeElement.dataset.index ?? null');

  /** Opens the fleet and waits until all of it is there: the first paint brings only the top. */
  async function openFleet() {
    const opened = await product.open('/');
    await opened.page.getByText('1,000 models').waitFor();
    await expect
      .poll(() => table(opened.page).getAttribute('aria-rowcount'), { timeout: 20_000 })
      .toBe(String(MODELS + 1));
    return opened;
  }

  it('counts every model and draws only the rows in view', async () => {
    const { page, wrong } = await openFleet();
    const drawn = await rows(page).count();
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(MOST_ROWS);
    expect(await axeProblems(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it('tells a phone as much as a desk, row by row', async () => {
    const { page, wrong } = await product.open('/', { width: 375, height: 812 });
    const first = rows(page).first();
    await first.getByText(/P95 \d/).waitFor();
    const said = await first.locator('td').first().textContent();
    for (const text of [nameOf(0).slice(0, 6), '% errors', /\/(s|min|h)/, /ago|just now/])
      expect(said).toMatch(text);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await page.keyboard.press('/');
    await page.keyboard.type(nameOf(MODELS - 1));
    await rows(page)
      .filter({ hasText: nameOf(MODELS - 1) })
      .waitFor();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(wrong).toEqual([]);
  });

  it('goes to the last row and back to the first by a key each', async () => {
    const { page, wrong } = await openFleet();
    await rows(page).first().focus();
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).toBe(String(MODELS - 1));
    await rows(page)
      .filter({ hasText: nameOf(MODELS - 1) })
      .waitFor();
    expect(await rows(page).count()).toBeLessThan(MOST_ROWS);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => focused(page)).toBe(String(MODELS - 2));
    await page.keyboard.press('Home');
    await expect.poll(() => focused(page)).toBe('0');
    expect(wrong).toEqual([]);
  });

  it('sorts all of it by a heading, not only what is drawn', async () => {
    const { page } = await openFleet();
    const heading = table(page).getByRole('button', { name: 'Model', exact: true });
    await heading.click();
    await rows(page).first().getByText(nameOf(0)).waitFor();
    await heading.click();
    await rows(page)
      .first()
      .getByText(nameOf(MODELS - 1))
      .waitFor();
    await page.waitForURL(/sort=-model/);
  });

  it('narrows while one types, and opens what was found', async () => {
    const { page, wrong } = await openFleet();
    await page.keyboard.press('/');
    await page.keyboard.type('fleet-077');
    await expect.poll(() => rows(page).count()).toBe(10);
    await page.keyboard.type('7');
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.waitForURL(/q=fleet-0777/);
    expect(await page.getByRole('searchbox', { name: 'Search models' }).inputValue()).toBe('fleet-0777');
    await page.getByRole('link', { name: 'fleet-0777' }).click();
    await page.getByRole('heading', { level: 1, name: 'fleet-0777' }).waitFor();
    expect(wrong).toEqual([]);
  });

  it('is reached by name from the palette, which lists only so many at once', async () => {
    const { page, wrong } = await openFleet();
    await page.keyboard.press('Control+k');
    await page.getByText('960 more: type on to find them').waitFor();
    await page.keyboard.type('0888');
    await page.getByRole('option', { name: nameOf(888) }).waitFor();
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: nameOf(888) }).waitFor();
    expect(wrong).toEqual([]);
  });
});
