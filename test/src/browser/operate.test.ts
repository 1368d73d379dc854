import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpSink } from '../alert/sinks.js';
import { chromiumPath } from './browse.js';
import { FLIGHTS, type SeededFlights, seedFlights } from './flights.js';
import { type Product, startProduct } from './product.js';

const EXPIRED = {
  type: 'urn:leeway:problem:unauthorized',
  title: 'Log in first',
  status: 401,
  code: 'unauthorized',
  detail: 'The session has expired.',
};

/** What people change: silences, rules, settings, baselines and receivers, in a real browser on a real alert. */
describe.skipIf(chromiumPath === null)('operating in a browser (needs Chromium)', () => {
  let folder: string;
  let sink: Awaited<ReturnType<typeof httpSink>>;
  const received: unknown[] = [];
  let product: Product;
  let seeded: SeededFlights;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leeway-browser-'));
    sink = await httpSink(({ body }, response) => {
      received.push(body);
      response.end();
    });
    const alerts = join(folder, 'alerts.yaml');
    writeFileSync(
      alerts,
      `receivers:
  - { name: hook, kind: webhook, url: "${sink.url}/" }
  - { name: broken, kind: webhook, url: "http://127.0.0.1:9/" }
route: { receiver: hook, group_wait: 1s, group_interval: 2s, repeat_interval: 1h }
allow_addresses: [127.0.0.1]
`,
    );
    product = await startProduct({ env: { LEEWAY_ALERT_FILE: alerts } });
    seeded = await seedFlights(product.collector, Date.now());
  }, 180_000);
  afterEach(() => product.closePages());
  afterAll(async () => {
    await product?.stop();
    await sink?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('silences an alert from its row, prefilled, and lifts the silence again', async () => {
    const { page, wrong } = await product.open('/alerts');
    const row = page.getByRole('row').filter({ hasText: 'distance' }).filter({ hasText: 'critical' });
    await row.getByRole('button', { name: 'Silence' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Takes \d+ of \d+ active alerts/).waitFor();
    const values = await dialog
      .getByLabel(/^Value/)
      .evaluateAll((all) => all.map((one) => 'value' in one && one.value));
    expect(values).toEqual(expect.arrayContaining([FLIGHTS, 'distance', 'drift-significant']));
    await dialog.getByRole('button', { name: 'Silence' }).click();
    await dialog.getByRole('alert').first().waitFor();
    await dialog.getByLabel('Why').fill('kilometres, being fixed upstream');
    await dialog.getByLabel('Your name').fill('Ada');
    await dialog.getByRole('button', { name: 'Silence' }).click();
    await dialog.waitFor({ state: 'detached' });
    await row.getByText(/silenced/).waitFor();

    await page.goto(`${product.dashboard}/silences`);
    const silence = page.getByRole('row').filter({ hasText: 'kilometres, being fixed upstream' });
    await silence.getByText('active').waitFor();
    expect(await silence.textContent()).toContain('Ada');
    await silence.getByRole('button', { name: 'Expire' }).click();
    await page.getByRole('button', { name: 'Expire now' }).click();
    await page.getByText('Nothing is silenced.').waitFor();
    expect(wrong).toEqual([]);
  });

  it('acknowledges an incident with a name that is remembered', async () => {
    const { page, wrong } = await product.open(`/models/${FLIGHTS}?from=now-1h`);
    await page.getByRole('link', { name: 'Open incident' }).first().click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your name').fill('Ada');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('acknowledged by Ada').first().waitFor();
    expect(wrong).toEqual([]);
  });

  describe('a rule', () => {
    it('is judged while it is typed, tried on history and saved', async () => {
      const { page, wrong } = await product.open('/rules/drift-moderate');
      const threshold = page.getByLabel('Threshold (PSI)');
      await threshold.fill('a lot');
      await page.getByText(/“a lot” is no number/).waitFor();
      expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true);
      await page.getByLabel('Muted while these rules fire').fill('drift-moderate');
      await threshold.fill('0.15');
      await page.getByText(/One field needs a change: inhibited by/).waitFor();
      await page.getByLabel('Muted while these rules fire').fill('drift-significant');
      await page.getByText('The collector takes this rule.').waitFor();

      await page.getByLabel('Over', { exact: true }).selectOption('now-6h');
      await page.getByRole('button', { name: 'Run' }).click();
      const chart = page.getByRole('figure', { name: /Backtest/ });
      await chart.locator('svg').first().waitFor();
      await page.getByText(/times? it fires/).waitFor();
      expect(await page.getByText('windows in breach').locator('..').textContent()).toMatch(
        /[1-9]\d* of \d+/,
      );
      await threshold.fill('50');
      await page.getByText('The rule has changed since; run it again.').waitFor();
      await page.getByText('The collector takes this rule.').waitFor();
      await page.getByRole('button', { name: 'Run' }).click();
      await expect
        .poll(() => page.getByText('times it fires').locator('..').textContent(), { timeout: 20_000 })
        .toMatch(/^0/);

      await threshold.fill('0.12');
      await page.getByText('The collector takes this rule.').waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.waitForURL('**/rules');
      await page.getByRole('row').filter({ hasText: 'drift-moderate' }).getByText('> 0.12').waitFor();
      const { body } = await product.collector.ask<{ condition: { value: number } }>('/rules/drift-moderate');
      expect(body.condition.value).toBe(0.12);
      expect(wrong).toEqual([]);
    });

    it('loses nothing that was typed when the session expires while it is saved', async () => {
      const { page } = await product.open('/rules/new');
      await page.getByLabel('Name').fill('after-midnight');
      await page.getByLabel('Threshold (PSI)').fill('0.33');
      await page.getByLabel('Description').fill('typed at three in the morning');
      await page.getByText('The collector takes this rule.').waitFor();
      await page.route('**/api/v1/rules/after-midnight', (route) =>
        route.request().method() === 'PUT'
          ? route.fulfill({
              status: 401,
              contentType: 'application/problem+json',
              body: JSON.stringify(EXPIRED),
            })
          : route.fallback(),
      );
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('The session has expired.').waitFor();
      expect(await page.getByLabel('Description').inputValue()).toBe('typed at three in the morning');
      await page.reload();
      await page.getByText(/What you typed .* is back/).waitFor();
      expect(await page.getByLabel('Threshold (PSI)').inputValue()).toBe('0.33');
      expect(await page.getByLabel('Description').inputValue()).toBe('typed at three in the morning');
      await page.unroute('**/api/v1/rules/after-midnight');
      await page.getByText('The collector takes this rule.').waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.waitForURL('**/rules');
      await page.getByRole('row').filter({ hasText: 'after-midnight' }).waitFor();
      await page.goto(`${product.dashboard}/rules/new`);
      await page.getByLabel('Name').waitFor();
      expect(await page.getByLabel('Description').inputValue()).toBe('');
    });
  });

  it('changes how a model is watched, and refuses what contradicts itself', async () => {
    const { page, wrong } = await product.open(`/models/${FLIGHTS}?from=now-1h`);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.waitForURL('**/settings');
    expect(await page.getByRole('textbox', { name: 'Window' }).inputValue()).toBe('1m');
    await page.getByLabel('Step').fill('2m');
    await page.getByText(/events between windows go unjudged/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('One field needs a change.').waitFor();
    await page.getByLabel('Step').fill('1m');
    await page.getByLabel('Capacity').fill('40');
    await page.getByLabel('Significant from PSI').fill('0.25');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Saved\./).waitFor();
    const { body } = await product.collector.ask<{ settings: Record<string, unknown> }>(`/models/${FLIGHTS}`);
    expect(body.settings).toMatchObject({
      capacity_per_second: 40,
      significant: 0.25,
      segment_tags: ['hub'],
    });
    await page.getByRole('button', { name: 'Back to the model' }).click();
    await page
      .getByRole('figure', { name: 'Traffic' })
      .getByText(/capacity 40/)
      .waitFor();
    expect(wrong).toEqual([]);
  });

  it('uploads a baseline with its progress, says what was left out, activates it and compares two', async () => {
    const { page, wrong } = await product.open(`/baselines/upload?model=${FLIGHTS}`);
    // Before the page's script runs, a press would do what a browser does with any form.
    await page.getByRole('button', { name: 'Live updates: live' }).waitFor();
    await page.getByRole('button', { name: 'Upload and activate' }).click();
    await page.getByText('Choose the file first.').waitFor();
    const lines = seeded.training.trimEnd().split('\n');
    const half = [
      `${lines[0]},comment`,
      ...lines
        .slice(1)
        .filter((_, i) => i % 2 === 0)
        .map((line, i) => `${line},row ${i}`),
    ];
    await page.locator('input[type=file]').setInputFiles({
      name: 'half-of-january.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${half.join('\n')}\n`),
    });
    // Guessed from the file's first lines.
    await expect.poll(() => page.getByLabel('Latency column').inputValue()).toBe('latency_ms');
    await page.getByLabel('Timestamp column').fill('scheduled');
    await page.getByLabel('Prediction column').fill('predicted');
    await page.getByLabel('Compare with it from now on').uncheck();
    // A slow line, so that the progress can be seen.
    const slow = await page.context().newCDPSession(page);
    await slow.send('Network.enable');
    await slow.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: half.join('\n').length / 2,
    });
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('progressbar').waitFor();
    await page.waitForURL(/\/baselines\/(?!upload)/);
    await page.getByRole('heading', { level: 1, name: 'half-of-january' }).waitFor();
    await page.getByRole('heading', { name: 'Left out' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'comment' }).waitFor();
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByText('active', { exact: true }).waitFor();

    await page.goto(`${product.dashboard}/baselines?model=${FLIGHTS}`);
    await page.getByRole('row').filter({ hasText: 'half-of-january' }).getByText('active').waitFor();
    for (const name of ['January 2001', 'half-of-january'])
      await page.getByRole('checkbox', { name: `Compare ${name} of ${FLIGHTS}` }).check();
    await page.getByRole('link', { name: 'Compare the two' }).click();
    await page.getByRole('heading', { name: 'What moved, ranked' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'distance' }).locator('svg').first().waitFor();
    expect(wrong).toEqual([]);
  });

  it('shows the beginning of a large dead letter, says when the rest fails to come, and fetches it again', async () => {
    const note = 'é'.repeat(10_000);
    await product.collector.ask('/events', { method: 'POST', json: { model: FLIGHTS, version: '1', note } });
    const { page } = await product.open('/status');
    let down = true;
    await page.route('**/api/v1/dead-letters/*', (route) => (down ? route.abort() : route.fallback()));
    await page.getByRole('table', { name: 'Dead letters' }).getByText('needs a string').first().click();
    const letter = page.getByRole('dialog', { name: 'Dead letter' });
    await letter.getByText(/KiB, text, the beginning of it/).waitFor();
    const save = letter.getByRole('button', { name: 'Save the bytes' });
    const again = letter.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    expect(await save.isDisabled()).toBe(true);
    down = false;
    await again.click();
    await again.waitFor({ state: 'detached' });
    await expect.poll(() => save.isDisabled()).toBe(false);
    const saved = page.waitForEvent('download');
    await save.click();
    const bytes = readFileSync(await (await saved).path(), 'utf8');
    expect(bytes).toContain(note);
  });

  it('sends test messages, and logs what arrived and what did not', async () => {
    const { page, wrong } = await product.open('/receivers');
    received.length = 0;
    await page.getByRole('button', { name: 'Send a test message to hook' }).click();
    await page.getByText(/^Arrived: /).waitFor();
    expect(received.length).toBe(1);
    await page.getByRole('button', { name: 'Send a test message to broken' }).click();
    await page.getByText(/^Failed: /).waitFor();
    const log = page.getByRole('table', { name: 'Delivery log' });
    // The messages about real alerts; a test stands beside its button only.
    await log.getByRole('row').filter({ hasText: 'first message' }).getByText('delivered').first().waitFor();
    await page.getByLabel('State').selectOption('delivered');
    await page.waitForURL(/state=delivered/);
    await expect.poll(() => log.getByRole('row').filter({ hasText: 'broken' }).count()).toBe(0);
    await log.getByRole('link').first().waitFor();
    expect(wrong).toEqual([]);
  });
});
