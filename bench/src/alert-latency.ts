import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/collector/dist/main.js', import.meta.url));
/** The rule's window; operational rules are looked at every twelfth of it. */
const WINDOW_MS = 60_000;
const INTERVAL_MS = WINDOW_MS / 12;
const READY_MS = 60_000;
const HEARD_MS = 30_000;

export interface AlertLatency {
  faults: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
  interval_ms: number;
  heard: number;
}

/**
 * From the sending of the first bad event to the webhook's arrival, over `faults` faults at random moments, each on
 * a model of its own: events over HTTP into the built collector, an error-rate rule, no group_wait.
 */
export async function measureLatency(faults: number): Promise<AlertLatency> {
  if (!existsSync(MAIN)) throw new Error('the collector is not built: npm run build');
  const dir = await mkdtemp(join(tmpdir(), 'leeway-bench-alert-'));
  const arrivals = new Map<string, number>();
  const sink = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      const { model, why } = JSON.parse(text) as { model: string; why: string };
      if (why === 'first' && !arrivals.has(model)) arrivals.set(model, performance.now());
      response.end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const port = (sink.address() as AddressInfo).port;
  await writeFile(
    join(dir, 'alerts.yaml'),
    `receivers: [{ name: sink, kind: webhook, url: "http://127.0.0.1:${port}/" }]
route: { receiver: sink, group_by: [model], group_wait: 0s }
allow_addresses: [127.0.0.1]
`,
  );
  await writeFile(
    join(dir, 'rules.yaml'),
    `rules:
  - { name: error-rate, signal: error_rate, condition: "> 1%", window: ${WINDOW_MS / 1_000}s, min_rows: 30, severity: critical }
`,
  );
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: {
      PATH: process.env.PATH,
      LEEWAY_PORT: '0',
      LEEWAY_DATA_DIR: join(dir, 'data'),
      LEEWAY_ALERT_FILE: join(dir, 'alerts.yaml'),
      LEEWAY_RULES_DIR: join(dir, 'rules.yaml'),
      LEEWAY_STORE_MEMORY_MIB: '512',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    const url = await readyUrl(child.stdout);
    const names = Array.from({ length: faults }, (_, i) => `model-${i}`);
    for (const model of names) await send(url, events(model, 300, false));
    await sleep(INTERVAL_MS);
    const sentAt = new Map<string, number>();
    for (const model of names) {
      sentAt.set(model, performance.now());
      await send(url, events(model, 100, true));
      await sleep(Math.random() * 600);
    }
    const end = performance.now() + HEARD_MS;
    while (arrivals.size < faults && performance.now() < end) await sleep(50);
    const delays = names.flatMap((model) => {
      const arrived = arrivals.get(model);
      return arrived === undefined ? [] : [arrived - sentAt.get(model)!];
    });
    delays.sort((a, b) => a - b);
    const at = (q: number) =>
      Math.round(delays[Math.min(delays.length - 1, Math.ceil(q * delays.length) - 1)] ?? Number.NaN);
    return {
      faults,
      heard: delays.length,
      p50_ms: at(0.5),
      p95_ms: at(0.95),
      max_ms: at(1),
      interval_ms: INTERVAL_MS,
    };
  } finally {
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(20_000).then(() => child.kill('SIGKILL'))]);
    sink.closeAllConnections();
    sink.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function readyUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  let log = '';
  stdout.on('data', (part: Buffer) => {
    if (log.length < 1_000_000) log += part.toString();
  });
  const end = performance.now() + READY_MS;
  while (performance.now() < end) {
    const url = /"url":"(http:[^"]+)"/.exec(log)?.[1];
    if (url && (await fetch(`${url}/readyz`).catch(() => null))?.ok) return url;
    await sleep(100);
  }
  throw new Error(`the collector was not ready in time:\n${log.slice(-2_000)}`);
}

function events(model: string, count: number, failing: boolean): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = `${failing ? 'bad' : 'good'}-${i}`;
    lines.push(
      JSON.stringify({
        model,
        version: '1',
        id,
        ts: Date.now(),
        features: { x: i },
        prediction: i,
        latency_ms: 20,
        ...(failing && { error: 'timeout' }),
      }),
    );
  }
  return lines.join('\n');
}

async function send(url: string, body: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
  if (!response.ok) throw new Error(`events were not taken: ${response.status} ${await response.text()}`);
}
