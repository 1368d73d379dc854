import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, loaded } from './browse.js';
import { FLIGHTS, type SeededFlights, seedFlights } from './flights.js';
import { type Product, startProduct } from './product.js';

const HOUR = '?from=now-1h';
const MODEL = `/models/${FLIGHTS}${HOUR}`;
const DISTANCE = `/models/${FLIGHTS}/signals/distance${HOUR}`;

/** The analyst's hour: charts, the heat map, keys, comparisons and raw events, on real flights in a real browser. */
describe.skipIf(chromiumPath === null)('exploring in a browser (needs Chromium)', () => {
  let product: Product;
  let seeded: SeededFlights;
  beforeAll(async () => {
    product = await startProduct();
    seeded = await seedFlights(product.collector, Date.now());
  }, 180_000);
  afterEach(() => product.closePages());
  afterAll(() => product?.stop(), 60_000);

  const query = (page: Page) => new URL(page.url()).searchParams;
  const drift = (page: Page) => page.getByRole('application', { name: /Drift over time/ });

  describe('the time axis', () => {
    it('zooms where the mouse is dragged across a chart, and the back button returns', async () => {
      const { page, wrong } = await product.open(MODEL);
      const box = await drift(page).boundingBox();
      if (!box) throw new Error('the drift chart is not on screen');
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width * 0.6, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
      await page.mouse.move(box.x + box.width * 0.9, y, { steps: 4 });
      await page.getByText('let go or press Enter to zoom').waitFor();
      await page.mouse.up();
      await page.waitForURL(/from=20\d\d-/);
      const [from, to] = [Date.parse(query(page).get('from') ?? ''), Date.parse(query(page).get('to') ?? '')];
      expect(to - from).toBeGreaterThan(10 * 60_000);
      expect(to - from).toBeLessThan(25 * 60_000);
      await page.goBack();
      await page.waitForURL(/from=now-1h/);
      expect(query(page).get('to')).toBeNull();
      await page.getByRole('button', { name: 'Time range: Last hour' }).waitFor();
      expect(wrong).toEqual([]);
    });

    it('does not zoom for a click, nor for a drag given up with Escape', async () => {
      const { page } = await product.open(MODEL);
      await drift(page).click();
      await drift(page).focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      expect(query(page).get('from')).toBe('now-1h');
    });

    it('zooms by keyboard alone', async () => {
      const { page, wrong } = await product.open(MODEL);
      await drift(page).focus();
      await page.keyboard.press('End');
      for (let i = 0; i < 8; i++) await page.keyboard.press('Shift+ArrowLeft');
      await page.getByText('let go or press Enter to zoom').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/from=20\d\d-/);
      const span = Date.parse(query(page).get('to') ?? '') - Date.parse(query(page).get('from') ?? '');
      expect(span).toBe(8 * 60_000);
      await loaded(page);
      await drift(page).waitFor();
      expect(wrong).toEqual([]);
    });

    it('moves one crosshair through every chart', async () => {
      const { page } = await product.open(MODEL);
      await page.getByRole('application', { name: /^Latency/ }).waitFor();
      const hairs = page.locator('[role=application] > svg > line[stroke="var(--ink-marker)"]');
      expect(await hairs.count()).toBe(0);
      await page.getByRole('application', { name: /^Latency/ }).focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
      await expect.poll(() => hairs.count()).toBeGreaterThanOrEqual(4);
      await page
        .getByRole('status')
        .filter({ hasText: 'P95' })
        .getByText(/events/)
        .waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => hairs.count()).toBe(0);
    });

    it('follows the chosen time zone, also after a reload', async () => {
      const at = seeded.from + 5 * 60_000;
      const { page } = await product.open(`${DISTANCE}&at=${at}`);
      const time = (zone: string) =>
        new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(at);
      const window = page.getByText('Chosen window').locator('..');
      await window.getByText(time('UTC')).waitFor();
      await page.getByRole('button', { name: /^Time zone/ }).click();
      await page.getByLabel('Another zone').fill('Asia/Kolkata');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Time zone: Asia/Kolkata' }).waitFor();
      await window.getByText(time('Asia/Kolkata')).waitFor();
      await page.reload();
      await window.getByText(time('Asia/Kolkata')).waitFor();
    });
  });

  it('comes with what its first screen shows: the browser asks for nothing of it again', async () => {
    const asked = async (path: string) => {
      const { page, close } = await product.open(path);
      await drift(page).waitFor();
      const names = await page.evaluate<string[]>(
        'performance.getEntriesByType("resource").map((one) => one.name)',
      );
      await close();
      return names.filter((name) =>
        /\/(histograms|heatmap|verdicts)\?|\/signals(\?|$)|metric=psi|latency_p50/.test(name),
      );
    };
    // A machine that is busy elsewhere may answer too late for the page once.
    await expect.poll(() => asked(MODEL), { timeout: 60_000 }).toEqual([]);
    const window = `${MODEL}&at=${seeded.from + 5 * 60_000}`;
    await expect.poll(() => asked(window), { timeout: 60_000 }).toEqual([]);
  });

  describe('the keyboard', () => {
    it('walks the heat map, reads cells out and opens the window', async () => {
      const { page, wrong } = await product.open(MODEL);
      const map = page.getByRole('application', { name: /Heat map/ });
      await map.focus();
      for (const key of [
        'ArrowLeft',
        'ArrowLeft',
        'ArrowDown',
        'ArrowUp',
        'Home',
        'End',
        'ArrowLeft',
        'ArrowLeft',
      ])
        await page.keyboard.press(key);
      const status = page.getByRole('status').filter({ hasText: 'distance' });
      await status.getByText(/significant/).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/at=\d+/);
      expect(query(page).get('signal')).toBe('distance');
      await page.getByRole('button', { name: 'Newest window' }).click();
      await page.waitForURL((url) => !url.searchParams.has('at'));
      expect(wrong).toEqual([]);
    });

    it('moves between the rows of a table and opens one', async () => {
      const { page } = await product.open(`/models/${FLIGHTS}/compare${HOUR}`);
      const rows = page.getByRole('table').getByRole('row');
      await rows.nth(1).focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key, { delay: 40 });
      const second = await rows.nth(2).getByRole('cell').first().textContent();
      await expect.poll(() => page.evaluate('document.activeElement.dataset.index')).toBe('1');
      await page.keyboard.press('Enter');
      await page.waitForURL(/signal=/);
      await page.getByRole('heading', { name: second ?? '' }).waitFor();
      await page.keyboard.press('End');
      await expect
        .poll(() => page.evaluate('Number(document.activeElement.dataset.index)'))
        .toBeGreaterThan(2);
    });

    it('opens the list of keys, the palette and the search field', async () => {
      const { page, wrong } = await product.open(MODEL);
      await page.keyboard.press('?');
      const help = page.getByRole('dialog', { name: 'Keyboard' });
      await help.getByText('Ctrl K').waitFor();
      await help.getByText('Shift ← →').waitFor();
      await page.keyboard.press('Escape');
      await help.waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Page, model or signal').fill('origin');
      await page.getByRole('option', { name: 'origin' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/signals\/origin/);
      await page.goto(`${product.dashboard}/alerts`);
      await page.getByRole('searchbox', { name: 'Search alerts' }).waitFor();
      // Before the page's script runs, a key would go nowhere.
      await page.getByRole('button', { name: 'Live updates: live' }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('dist');
      await page.waitForURL(/q=dist/);
      expect(wrong).toEqual([]);
    });

    it('opens what hangs on a button, closes it, and gives the focus back', async () => {
      const { page, wrong } = await product.open('/alerts');
      const button = page.getByRole('button', { name: /^Time zone/ });
      const zones = page.getByRole('dialog', { name: 'Time zone' });
      await button.focus();
      await page.keyboard.press('Enter');
      await zones.waitFor();
      expect(await button.getAttribute('aria-expanded')).toBe('true');
      await expect
        .poll(() => page.evaluate('document.activeElement.closest("[role=dialog]") !== null'))
        .toBe(true);
      await page.keyboard.press('Escape');
      await zones.waitFor({ state: 'detached' });
      await expect
        .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
        .toMatch(/^Time zone/);
      await button.click();
      await zones.waitFor();
      await button.click();
      await zones.waitFor({ state: 'detached' });
      expect(await button.getAttribute('aria-expanded')).toBe('false');
      expect(wrong).toEqual([]);
    });

    it('reaches the content past the navigation in two keys', async () => {
      const { page } = await product.open(MODEL);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
    });
  });

  describe('the URL', () => {
    it('holds the whole view: opened anew it shows the same', async () => {
      const { page } = await product.open(MODEL);
      await page.getByLabel('Version').selectOption('2');
      await page.waitForURL(/version=2/);
      await page.getByRole('button', { name: /All \d+ signals/ }).click();
      await page.getByRole('button', { name: /^hour/ }).click();
      await page.waitForURL(/signal=hour/);
      await page.getByRole('link', { name: 'hour', exact: true }).first().waitFor();
      const again = await product.open(page.url().slice(product.dashboard.length));
      await again.page.getByRole('link', { name: 'hour', exact: true }).first().waitFor();
      expect(await again.page.getByLabel('Version').inputValue()).toBe('2');
      await page.goBack();
      await page.waitForURL((url) => !url.search.includes('signal=hour'));
      await page.getByRole('heading', { level: 2, name: 'distance' }).waitFor();
    });

    it('keeps the range from page to page', async () => {
      const { page } = await product.open(MODEL);
      await page.getByRole('link', { name: 'Compare' }).click();
      await page.waitForURL(/compare\?.*from=now-1h/);
      await page.getByRole('navigation').getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.waitForURL(/\/\?.*from=now-1h/);
    });
  });

  it('compares two versions, ranks what moved, and swaps the sides', async () => {
    const path = `/models/${FLIGHTS}/compare${HOUR}&a_version=1&b_version=2`;
    const { page, wrong } = await product.open(path);
    const row = page.getByRole('table').getByRole('row').nth(1);
    expect(await row.textContent()).toContain('distance');
    const sides = () => page.getByText(/^A: /).first().textContent();
    expect(await sides()).toMatch(/A: .*1.*B: .*2/);
    const before = await row.textContent();
    await page.getByRole('button', { name: 'Swap A and B' }).click();
    await page.waitForURL(/a_version=2/);
    expect(query(page).get('b_version')).toBe('1');
    await expect.poll(() => row.textContent()).not.toBe(before);
    await page.goBack();
    await page.waitForURL(/a_version=1/);
    expect(wrong).toEqual([]);
  });

  it('ranks segments, and the page follows the one that is chosen', async () => {
    const { page, wrong } = await product.open(DISTANCE);
    const table = page.getByRole('table', { name: 'Segments by drift' });
    // The table is loaded once it comes near.
    await page.mouse.wheel(0, 700);
    await table.getByRole('cell', { name: 'hub=other' }).waitFor();
    const verdicts = await table.getByRole('row').filter({ hasText: 'hub=' }).allTextContents();
    expect(verdicts.length).toBe(5);
    expect(verdicts.some((text) => text.includes('significant'))).toBe(true);
    await table.getByRole('cell', { name: 'hub=ORD' }).click();
    await page.waitForURL(/segment=hub/);
    expect(await page.getByLabel('Segment', { exact: true }).inputValue()).toBe('hub=ORD');
    expect(wrong).toEqual([]);
  });

  it('shows the raw events behind a bin of the histogram', async () => {
    const { page, wrong } = await product.open(`${DISTANCE}&at=${seeded.from}`);
    const histogram = page.getByRole('application', { name: /shares of the baseline and of the window/ });
    await histogram.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: /Events with distance in/ });
    // The page goes to the list by itself.
    await expect
      .poll(async () => (await heading.boundingBox())?.y ?? 9_999, { timeout: 10_000 })
      .toBeLessThan(800);
    const rows = page.getByRole('table', { name: 'Raw events' }).getByRole('row');
    await rows.nth(1).waitFor();
    const numbers = [...((await heading.textContent()) ?? '').matchAll(/[\d,.]+/g)].map(([text]) =>
      Number(text.replaceAll(',', '')),
    );
    const first = Number((await rows.nth(1).getByRole('cell').first().textContent())?.replaceAll(',', ''));
    expect(first).toBeGreaterThanOrEqual(Math.floor(numbers[0] ?? Number.NaN));
    expect(first).toBeLessThanOrEqual(Math.ceil(numbers[1] ?? Number.NaN));
    await page.getByRole('button', { name: 'All values' }).click();
    await page.getByRole('heading', { name: 'Events of this window' }).waitFor();
    expect(wrong).toEqual([]);
  });

  it('says what it would take where events are too few to judge', async () => {
    const { page } = await product.open(`${DISTANCE}&segment=hub%3DLAX&version=1&at=${seeded.from}`);
    // A smaller slice than any verdict needs: some fifty flights.
    const verdict = page.getByText('insufficient data').first();
    await verdict.waitFor();
    await page
      .getByText(/not enough events to judge: \d+ of \d+/i)
      .first()
      .waitFor();
  });

  it('filters raw events, shows one in full, and gives them as CSV', async () => {
    const { page, wrong } = await product.open(
      `/events?model=${FLIGHTS}&from=now-1h&feature=distance%3E5000`,
    );
    const cells = page.getByRole('table', { name: 'Events' }).getByRole('row');
    await cells.nth(1).waitFor();
    await page
      .getByText(/◆ above/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const popover = page.getByRole('dialog');
    await popover.getByLabel('Feature').fill('origin');
    await popover.getByLabel('Comparison').selectOption('=');
    await popover.getByLabel('Value').fill('LAX');
    await page.keyboard.press('Enter');
    await page.waitForURL(/feature=origin/);
    await page.getByRole('list', { name: 'Filters' }).getByText('origin=LAX').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    const path = await file.path();
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines[0]).toContain('distance');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines.slice(1)) expect(line).toContain('LAX');
    await page.keyboard.press('Escape');
    await cells.nth(1).click();
    await page.getByRole('dialog').getByText('hub').waitFor();
    expect(wrong).toEqual([]);
  });
});
