import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';

const VIEW = { width: 1280, height: 900 };
/** Longest time until a page is loaded, ms. */
const LOAD_MS = 30_000;

export interface PageFigures {
  lcp_ms: number;
  inp_ms: number;
  /** What the longest interaction was. */
  inp_at: string;
  js_kib: number;
}

/** Runs in the page before anything else: keeps what the browser reports of paints and interactions. */
const WATCH = `
  window.__lcp = 0;
  window.__interactions = {};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.__lcp = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.interactionId > 0 && entry.duration > (window.__interactions[entry.interactionId]?.ms ?? 0)) {
        const { target } = entry;
        const what = target ? (target.getAttribute('aria-label') ?? target.textContent ?? '').slice(0, 40) : '';
        window.__interactions[entry.interactionId] = {
          ms: entry.duration,
          what: [entry.name, target?.tagName.toLowerCase(), what].filter(Boolean).join(' '),
        };
      }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

/** In the visible part of the page nothing says "Loading…" any more. */
const NOTHING_LOADS = `document.querySelector('h1') !== null && ![...document.querySelectorAll('[role=status]')].some((one) =>
  one.textContent.startsWith('Loading') && one.getBoundingClientRect().top < innerHeight)`;

/**
 * One first visit with an empty cache: when the largest content was painted, and the JavaScript that came over the
 * wire, compressed as it was, until the page and everything a reader sees without scrolling was there.
 */
export async function visit(browser: Browser, url: string): Promise<{ page: Page; lcp: number; js: number }> {
  const context = await browser.newContext({ viewport: VIEW });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let bytes = 0;
  session.on('Network.responseReceived', (event) => {
    if (event.type === 'Script') scripts.add(event.requestId);
  });
  session.on('Network.loadingFinished', (event) => {
    if (scripts.has(event.requestId)) bytes += event.encodedDataLength;
  });
  await page.addInitScript(WATCH);
  const answer = await page.goto(url, { waitUntil: 'load', timeout: LOAD_MS });
  if (!answer?.ok()) throw new Error(`${url} answered ${answer?.status()}`);
  const deadline = Date.now() + LOAD_MS;
  while (!(await page.evaluate<boolean>(NOTHING_LOADS))) {
    if (Date.now() > deadline) throw new Error(`${url} still loads after ${LOAD_MS} ms`);
    await sleep(50);
  }
  // Charts that are loaded when they come near, and the paint of what came last.
  await sleep(400);
  const lcp = await page.evaluate<number>('window.__lcp');
  if (!(lcp > 0)) throw new Error(`${url}: the browser reported no largest contentful paint`);
  return { page, lcp, js: bytes / 1_024 };
}

/** What can be pressed without leaving the page or changing anything on the server. */
const PRESSABLE = [
  'main th button',
  'main [role=tab]',
  'main [role=radio]',
  'main button[aria-pressed]',
  'main button[aria-label^="Show"]',
  'main summary',
];

export interface Interaction {
  ms: number;
  /** The event, and what it happened to. */
  what: string;
}

/** Presses, types and walks through a page as a reader would. Returns the longest interaction. */
export async function interact(page: Page): Promise<Interaction> {
  const pause = () => sleep(80);
  for (const selector of PRESSABLE) {
    const found = page.locator(selector);
    const count = Math.min(3, await found.count());
    for (let i = 0; i < count; i++) {
      await found.nth(i).click({ timeout: 1_500 }).catch(gone);
      await pause();
    }
  }
  const canvas = page.locator('main canvas').first();
  if ((await canvas.count()) > 0) {
    await canvas.click({ position: { x: 200, y: 45 }, timeout: 1_500 }).catch(gone);
    await pause();
    for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await pause();
  }
  const search = page.locator('main input[type=search]').first();
  if ((await search.count()) > 0 && (await search.isVisible())) {
    await search.click({ timeout: 1_500 }).catch(gone);
    await page.keyboard.type('feature_1', { delay: 60 });
    await pause();
    for (let i = 0; i < 9; i++) await page.keyboard.press('Backspace', { delay: 20 });
    await pause();
  }
  await page.keyboard.press('Escape');
  await scrollThrough(page);
  await page.keyboard.press('Control+k');
  await sleep(300);
  await page.keyboard.type('wid', { delay: 80 });
  await pause();
  await page.keyboard.press('Escape');
  await sleep(300);
  const all = await page.evaluate<Interaction[]>('Object.values(window.__interactions)');
  // Events shorter than a frame are not reported.
  return all.reduce((worst, one) => (one.ms > worst.ms ? one : worst), { ms: 16, what: '' });
}

/** Down to the end, so that what is asked for only when it comes near is asked for too, and up again. */
async function scrollThrough(page: Page): Promise<void> {
  await page.mouse.move(VIEW.width / 2, VIEW.height / 2);
  for (let i = 0; i < 6; i++) {
    await page.mouse.wheel(0, VIEW.height * 0.8);
    await sleep(120);
  }
  const deadline = Date.now() + LOAD_MS;
  while (!(await page.evaluate<boolean>(NOTHING_LOADS))) {
    if (Date.now() > deadline) throw new Error(`${page.url()}: its end still loads after ${LOAD_MS} ms`);
    await sleep(50);
  }
  await page.mouse.wheel(0, -VIEW.height * 10);
  await sleep(80);
}

/** A control that went away, or that something covers, is no failure of the page: the next is pressed. */
function gone(error: unknown): void {
  if (!(error instanceof Error) || !/Timeout/.test(error.message)) throw error;
}
