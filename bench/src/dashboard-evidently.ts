import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { SEEDED } from './dashboard-seed.js';
import { drawColumns, writeColumns } from './verdict-rows.js';

const INSTALL_MS = 10 * 60_000;
const REPORT_MS = 5 * 60_000;
const CHART_MS = 60_000;
/** Training rows that the report compares one hour of the wide model's events with. */
const BASELINE_ROWS = 10_000;

/** What Evidently draws of numbers: Plotly's pictures. */
const CHART = `[...document.querySelectorAll('svg.main-svg, .js-plotly-plot svg, canvas')].some((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 40 && box.height > 20;
})`;

export interface EvidentlyFigures {
  /** From opening the report until a chart is on the screen. */
  evidently_ms: number;
  /** Making the report, which has to be done before there is anything to open. */
  evidently_report_ms: number;
}

/** One hour of the wide model (200 features) against its training data, as Evidently's report in the same browser. */
export async function timeEvidently(
  browser: Browser,
  folder: string,
  venv: string,
): Promise<EvidentlyFigures> {
  const python = join(venv, 'bin', 'python');
  const requirements = fileURLToPath(new URL('dashboard-requirements.txt', import.meta.url));
  if (!existsSync(python)) run('python3', ['-m', 'venv', venv], INSTALL_MS);
  run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], INSTALL_MS);
  const columns = SEEDED.wideFeatures;
  const files = ['baseline.f64', 'current.f64', 'report.html'].map((name) => join(folder, name));
  writeColumns(files[0]!, drawColumns(BASELINE_ROWS, columns, 0, 1));
  writeColumns(files[1]!, drawColumns(SEEDED.widePerMinute * 60, columns, 5, 2));
  const script = fileURLToPath(new URL('dashboard_evidently.py', import.meta.url));
  const took = run(python, [script, files[0]!, files[1]!, String(columns), files[2]!], REPORT_MS);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const started = performance.now();
    await page.goto(pathToFileURL(files[2]!).href, { waitUntil: 'commit' });
    while (!(await page.evaluate<boolean>(CHART))) {
      if (performance.now() - started > CHART_MS)
        throw new Error(`Evidently's report showed no chart within ${CHART_MS} ms`);
      await sleep(20);
    }
    return {
      evidently_ms: Math.round(performance.now() - started),
      evidently_report_ms: Math.round(Number(took.trim().split('\n').at(-1)) * 1_000),
    };
  } finally {
    await context.close();
  }
}

function run(command: string, args: string[], timeout: number): string {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout, maxBuffer: 64 * 1024 * 1024 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0)
    throw new Error(
      `${command} ${args[0]} ended with ${done.status ?? done.signal}: ${done.stderr.slice(-2000)}`,
    );
  return done.stdout;
}
