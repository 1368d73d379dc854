import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/collector/dist/main.js', import.meta.url));
const TICKS_PER_SECOND = 100;

export interface BenchCollector {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts the built collector; resolves when it is ready. */
export async function startCollector(dataDir: string, env: Record<string, string>): Promise<BenchCollector> {
  if (!existsSync(MAIN)) throw new Error('The collector is not built: run `npm run build` first.');
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH, LEEWAY_PORT: '0', LEEWAY_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    out = (out + chunk.toString()).slice(-100_000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = Date.now() + 60_000;
  for (;;) {
    const url = /"url":"(http:[^"]+)"/.exec(out)?.[1];
    if (url && (await fetch(`${url}/readyz`).catch(() => null))?.ok) {
      return {
        url,
        pid: child.pid!,
        async stop() {
          child.kill('SIGTERM');
          const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
          await ended;
          clearTimeout(timer);
        },
      };
    }
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The collector did not start:\n${out}`);
    await sleep(50);
  }
}

export async function makeBaseline(collector: BenchCollector, model: string, csv: string): Promise<void> {
  const form = new FormData();
  form.append('options', JSON.stringify({ prediction: 'prediction', score: 'score' }));
  form.append('file', new Blob([csv]), 'train.csv');
  const answer = await fetch(`${collector.url}/api/v1/models/${model}/baselines`, {
    method: 'POST',
    body: form,
  });
  if (answer.status !== 201) throw new Error(`no baseline: ${await answer.text()}`);
}

/** Values of Prometheus metrics by name, labels summed up. */
export async function metrics(collector: BenchCollector): Promise<Map<string, number>> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  const values = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^([a-z_0-9]+)(?:\{[^}]*\})? ([-+\d.eE]+)$/gim))
    values.set(name!, (values.get(name!) ?? 0) + Number(value));
  return values;
}

/** Most memory the process ever had resident, MiB (Linux; NaN elsewhere). */
export function peakMib(pid: number): number {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib) / 1_024;
  } catch {
    return Number.NaN;
  }
}

export interface Cpu {
  /** CPU seconds of Node's main thread. */
  main: number;
  /** CPU seconds of all other threads: the embedded engine, and Node's helpers. */
  others: number;
}

function threadSeconds(pid: number, thread: string): number {
  const stat = readFileSync(join('/proc', String(pid), 'task', thread, 'stat'), 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** CPU that the process used so far, by kind of thread (Linux). */
export function cpuOf(pid: number): Cpu {
  const cpu: Cpu = { main: 0, others: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    let seconds = 0;
    try {
      seconds = threadSeconds(pid, thread);
    } catch {
      continue; // the thread ended meanwhile
    }
    if (Number(thread) === pid) cpu.main += seconds;
    else cpu.others += seconds;
  }
  return cpu;
}
