import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../tools/lib/chromium.mjs';

/** Path of the Chromium to test with, or null: then the browser tests are skipped by name (and fail in CI). */
export const chromiumPath = findChromium();

export function launchBrowser(): Promise<Browser> {
  if (!chromiumPath) throw new Error('no Chromium found: install one, or name it in CHROMIUM_PATH');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface View {
  width?: number;
  height?: number;
  dark?: boolean;
}

/** An open page, and what went wrong on it so far: script errors, console errors, requests to anybody else. */
export interface Opened {
  page: Page;
  wrong: string[];
  close: () => Promise<void>;
}

/** Opens `path` of the dashboard at `base` in a fresh context and waits until it is loaded. */
export async function openPage(
  browser: Browser,
  base: string,
  path: string,
  view: View = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: view.height ?? 900 },
    colorScheme: view.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(`${base}/`)) wrong.push(`request to another host: ${url}`);
  });
  const answer = await page.goto(`${base}${path}`, { waitUntil: 'domcontentloaded', timeout: 60_000 });
  if (!answer?.ok()) wrong.push(`${path} answered ${answer?.status()}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await hydrated(page);
  await loaded(page);
  return { page, wrong, close: () => context.close() };
}

/** React has taken over what the server drew: a press before that would be lost. */
const HYDRATED = `[...document.querySelectorAll('h1, header button')].every((one) =>
  Object.keys(one).some((key) => key.startsWith('__reactProps')))`;

async function hydrated(page: Page): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await page.evaluate<boolean>(HYDRATED))) {
    if (Date.now() > until) throw new Error(`${page.url()} is not hydrated after a minute`);
    await page.waitForTimeout(50);
  }
}

/** In the visible part of the page nothing says "Loading…" any more. */
const NOTHING_LOADS = `![...document.querySelectorAll('[role=status]')].some((one) =>
  one.textContent.startsWith('Loading') && one.getBoundingClientRect().top < innerHeight)`;

/** Waits until everything that a reader would see without scrolling is there. Throws after a minute. */
export async function loaded(page: Page): Promise<void> {
  const until = Date.now() + 60_000;
  // Asked again and again: a function that waits inside the page would need eval, which the pages' policy forbids.
  while (!(await page.evaluate<boolean>(NOTHING_LOADS))) {
    if (Date.now() > until) throw new Error(`${page.url()} still loads after a minute`);
    await page.waitForTimeout(100);
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeRun {
  violations: {
    id: string;
    impact: string | null;
    help: string;
    nodes: { target: string[]; html: string }[];
  }[];
}

/** What axe finds serious or critical on a page, one line each. */
export async function axeProblems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const run = await page.evaluate<AxeRun>('axe.run(document, { resultTypes: ["violations"] })');
  return run.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)} (${nodes.length} places)`);
}

/** How far a page can be scrolled sideways, in pixels; 0 is right. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/**
 * What makes a page scroll sideways, one line each, the innermost elements only: those that reach beyond its right
 * edge and that nothing around them clips.
 */
export function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const out = [...document.body.querySelectorAll('*')].filter((one) => {
      if (one.getBoundingClientRect().right <= innerWidth + 1) return false;
      for (let at = one.parentElement; at !== document.documentElement; at = at.parentElement)
        if (getComputedStyle(at).overflowX !== 'visible') return false;
      return true;
    });
    return out
      .filter((one) => !out.some((other) => other !== one && one.contains(other)))
      .map((one) => one.tagName.toLowerCase() + '.' + one.getAttribute('class') + ': ' + one.textContent.slice(0, 80));
  })()`);
}
