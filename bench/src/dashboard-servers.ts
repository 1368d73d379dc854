import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SEEDED } from './dashboard-seed.js';
import type { BenchCollector } from './ingest-collector.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The collector's environment: as it is by default, but for how long minutes are kept, which is how it was seeded. */
export const COLLECTOR_ENV = {
  LEEWAY_RETAIN_EVENTS_DAYS: String(SEEDED.retainDays.events),
  LEEWAY_RETAIN_MINUTES_DAYS: String(SEEDED.retainDays.minutes),
  LEEWAY_RETAIN_HOURS_DAYS: String(SEEDED.retainDays.hours),
  LEEWAY_STORE_MEMORY_MIB: '2048',
  // What happened before the start is seeded, verdicts included.
  LEEWAY_CATCH_UP_DAYS: '0',
};

export interface Dashboard {
  url: string;
  stop(): Promise<void>;
}

/** Starts the built dashboard as the product serves it (`next start`). */
export async function startDashboard(api: string): Promise<Dashboard> {
  if (!existsSync(join(ROOT, 'apps/dashboard/.next/BUILD_ID')))
    throw new Error('The dashboard is not built: run `npm run build` first.');
  const port = await freePort();
  const args = [join(ROOT, 'node_modules/next/dist/bin/next'), 'start', join(ROOT, 'apps/dashboard')];
  const child: ChildProcess = spawn(process.execPath, [...args, '-H', '127.0.0.1', '-p', String(port)], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      LEEWAY_API_URL: api,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await fetch(`${url}/favicon.svg`).catch(() => null))?.ok) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('The dashboard did not start.');
    await sleep(50);
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

const RULE = 'bench-errors';
const PATIENCE_MS = 90_000;

/** Waits until the collector rests, and lets a rule fire on ten models, so that there are alerts and an incident. */
export async function settle(collector: BenchCollector): Promise<{ incident: string; rule: string }> {
  const rule = {
    name: RULE,
    signal: 'error_rate',
    selector: { model: 'fleet-000*' },
    condition: { op: '>', value: 0.000_01 },
    window: '2h',
  };
  const saved = await fetch(`${collector.url}/api/v1/rules/${RULE}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rule),
  });
  if (!saved.ok) throw new Error(`The rule was not taken: ${await saved.text()}`);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { incidents } = (await get(collector, '/incidents')) as { incidents: { id: string }[] };
    const first = incidents[0];
    // The first pass over what was seeded sums up labels; only then is the collector at rest.
    const busy = (await get(collector, `/models/${SEEDED.busy}`)) as { label_coverage: number | null };
    if (first && busy.label_coverage !== null) return { incident: first.id, rule: RULE };
    if (Date.now() > deadline)
      throw new Error(`No incident opened, or no label was summed up, within ${PATIENCE_MS} ms`);
    await sleep(500);
  }
}

async function get(collector: BenchCollector, path: string): Promise<unknown> {
  const answer = await fetch(`${collector.url}/api/v1${path}`);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
