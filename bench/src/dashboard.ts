// npm run bench:dashboard -- [--json] [--venv DIR] [--loads N] [--repeats N] [--page NAME] [--data DIR] [--no-peer]: every page in a real browser on a large store.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { needChromium } from '../../tools/lib/chromium.mjs';
import { type Interaction, interact, type PageFigures, visit } from './dashboard-browser.js';
import { timeEvidently } from './dashboard-evidently.js';
import { type BenchPage, benchPages } from './dashboard-pages.js';
import { type RecordingProxy, startProxy } from './dashboard-proxy.js';
import { SEEDED, seedStore } from './dashboard-seed.js';
import { COLLECTOR_ENV, settle, startDashboard } from './dashboard-servers.js';
import { type BenchCollector, startCollector } from './ingest-collector.js';
import { missingPython } from './verdict-peers.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** An environment with Evidently to make or use again; without it one is made and removed. */
    venv: { type: 'string' },
    /** First visits of each page, and how often each of its questions is asked. */
    loads: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '40' },
    /** A data directory of an earlier run to use again (it is copied), or where to keep this run's; for trying things out. */
    data: { type: 'string' },
    /** Leaves Evidently out. */
    'no-peer': { type: 'boolean', default: false },
    /** Only pages whose name begins so. */
    page: { type: 'string', default: '' },
  },
});
const loads = whole('loads');
const repeats = whole('repeats');
const startedAt = performance.now();
const say = (text: string) =>
  process.stderr.write(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);

type Figures = PageFigures & { api_p95_ms: number; slowest: string };

const folder = mkdtempSync(join(tmpdir(), 'leeway-bench-dashboard-'));
const closing: (() => Promise<unknown>)[] = [];
try {
  const executablePath = await needChromium(say);
  const dataDir = join(folder, 'data');
  if (values.data !== undefined && existsSync(values.data)) cpSync(values.data, dataDir, { recursive: true });
  else {
    await seedStore(dataDir, Date.now(), say);
    if (values.data !== undefined) cpSync(dataDir, values.data, { recursive: true });
  }
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  say('starting collector and dashboard');
  const collector = await startCollector(dataDir, COLLECTOR_ENV);
  closing.push(() => collector.stop());
  const proxy = await startProxy(collector.url);
  closing.push(() => proxy.close());
  const dashboard = await startDashboard(proxy.url);
  closing.push(() => dashboard.stop());
  const pages = benchPages(await settle(collector)).filter(({ name }) => name.startsWith(values.page));
  const browser = await chromium.launch({ executablePath, args: browserArguments() });
  closing.push(() => browser.close());
  const measured: Record<string, Figures> = {};
  for (const page of pages) {
    measured[page.name] = await measure(browser, dashboard.url, page, proxy, collector);
    say(`${page.name}: ${JSON.stringify(measured[page.name])}`);
  }
  const skipped: string[] = [];
  const result: Record<string, unknown> = { ...SEEDED, seed_seconds: seconds, pages: measured };
  const missing = values['no-peer'] ? 'not wanted' : missingPython();
  if (missing === null) {
    say("Evidently's report on one hour of the wide model");
    Object.assign(result, await timeEvidently(browser, folder, values.venv ?? join(folder, 'venv')));
  } else {
    result.evidently_ms = null;
    skipped.push(`evidently: ${missing}`);
    if (process.env.CI === 'true' && !values['no-peer']) process.exitCode = 1;
  }
  process.stdout.write(`${JSON.stringify({ ...result, skipped })}\n`);
} finally {
  for (const close of closing.reverse()) await close().catch((error: unknown) => say(String(error)));
  rmSync(folder, { recursive: true, force: true });
}

/** Visits a page as often as asked, uses it once, and then asks its questions again and again. */
async function measure(
  browser: Browser,
  base: string,
  { path }: BenchPage,
  proxy: RecordingProxy,
  collector: BenchCollector,
): Promise<Figures> {
  proxy.taken();
  const lcp: number[] = [];
  let js = 0;
  let longest: Interaction = { ms: 0, what: '' };
  for (let i = 0; i < loads; i++) {
    const visited = await visit(browser, `${base}${path}`);
    lcp.push(visited.lcp);
    js = Math.max(js, visited.js);
    if (i === loads - 1) longest = await interact(visited.page);
    await visited.page.context().close();
  }
  let slowest = { p95: 0, path: '' };
  for (const question of proxy.taken()) {
    const p95 = await askAgain(collector.url, question);
    if (p95 > slowest.p95) slowest = { p95, path: question };
  }
  return {
    api_p95_ms: rounded(slowest.p95),
    lcp_ms: Math.round(quantile(lcp, 0.75)),
    inp_ms: Math.round(longest.ms),
    inp_at: longest.what,
    js_kib: Math.round(js * 10) / 10,
    slowest: slowest.path,
  };
}

/** 95th percentile of the time to answer one question, the whole answer read, ms. */
async function askAgain(url: string, path: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    const answer = await fetch(`${url}${path}`);
    await answer.arrayBuffer();
    times.push(performance.now() - started);
    if (!answer.ok && answer.status !== 404) throw new Error(`${path} answered ${answer.status}`);
  }
  return quantile(times, 0.95);
}

function quantile(list: readonly number[], q: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
}

function rounded(x: number): number {
  return Math.round(x * 10) / 10;
}

function whole(name: 'loads' | 'repeats'): number {
  const n = Number(values[name]);
  if (!Number.isInteger(n) || n < 1) throw new Error(`--${name} is a whole number ≥ 1, got ${values[name]}`);
  return n;
}

function browserArguments(): string[] {
  return [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}
