import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { freePort } from '../alert/sinks.js';
import {
  type Collector,
  type CollectorOptions,
  eventually,
  ROOT,
  startCollector,
} from '../support/collector.js';
import { launchBrowser, type Opened, openPage, type View } from './browse.js';

/** The whole product as a person meets it: the built collector, the built dashboard in front of it, a browser. */
export interface Product {
  collector: Collector;
  /** Address of the dashboard, without a slash at the end. */
  dashboard: string;
  browser: Browser;
  /** Opens a page in a browser context of its own, closed at `closePages`. */
  open(path: string, view?: View): Promise<Opened>;
  closePages(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all three on free ports. The collector's own options may name its port, so that it can come back there. */
export async function startProduct(options: CollectorOptions = {}): Promise<Product> {
  const port = await freePort();
  const dashboard = `http://127.0.0.1:${port}`;
  const collector = await startCollector({
    ...options,
    env: { LEEWAY_PUBLIC_URL: dashboard, ...options.env },
  });
  const child = startDashboard(port, collector.url);
  const opened: Opened[] = [];
  const stop = async () => {
    await browser?.close();
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await collector.stop();
  };
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    await eventually(() => answers(dashboard, child), 60_000, 'the dashboard');
  } catch (error) {
    await stop();
    throw error;
  }
  const launched = browser;
  return {
    collector,
    dashboard,
    browser: launched,
    async open(path, view) {
      const page = await openPage(launched, dashboard, path, view);
      opened.push(page);
      return page;
    },
    async closePages() {
      await Promise.all(opened.splice(0).map(({ close }) => close()));
    },
    stop,
  };
}

function startDashboard(port: number, api: string): ChildProcess {
  const app = join(ROOT, 'apps/dashboard');
  if (!existsSync(join(app, '.next/BUILD_ID')))
    throw new Error('The dashboard is not built: run `npm run build` first.');
  const next = join(ROOT, 'node_modules/next/dist/bin/next');
  return spawn(process.execPath, [next, 'start', app, '-H', '127.0.0.1', '-p', String(port)], {
    env: {
      ...process.env,
      // Vitest's own would make Next believe that it is being developed.
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      NEXT_TELEMETRY_DISABLED: '1',
      LEEWAY_API_URL: api,
      LEEWAY_API_TOKEN: '',
    },
    stdio: 'ignore',
  });
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the dashboard ended with ${child.exitCode}`);
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
