import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/collector/dist/main.js', import.meta.url));
/** As `bin/leeway.js` and the image start it. */
const NODE_FLAGS = ['--max-semi-space-size=64'];
const TICKS_PER_SECOND = 100;

export interface BenchCollector {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts the built collector; resolves when it is ready. */
export async function startCollector(dataDir: string, env: Record<string, string>): Promise<BenchCollector> {
  if (!existsSync(MAIN)) throw new Error('The collector is not built: run `npm run build` first.');
  const child: ChildProcess = spawn(process.execPath, [...NODE_FLAGS, MAIN, 'serve'], {
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

/** Memory that the process has resident now, MiB (Linux; NaN elsewhere). */
export function residentMib(pid: number): number {
  return statusMib(pid, 'VmRSS');
}

/** Most memory the process ever had resident, MiB (Linux; NaN elsewhere). */
export function peakMib(pid: number): number {
  return statusMib(pid, 'VmHWM');
}

function statusMib(pid: number, field: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1]) / 1_024);
  } catch {
    return Number.NaN;
  }
}

/** CPU seconds of a process, by what its threads do. */
export interface Cpu {
  /** Node's main thread: the Kafka client, decoding, counting, the API. */
  main: number;
  /** Threads of the embedded engine that read, sort, compress and write inserts. */
  inserts: number;
  /** Threads of the embedded engine that merge parts. */
  merges: number;
  /** Node's pool, which waits for the engine and begins its inserts, and the garbage collector's helpers. */
  helpers: number;
}

/** What a thread's name (at most 15 letters) says about it. */
const KINDS: readonly [RegExp, keyof Cpu][] = [
  [/^(MergeMutate|BgSchPool|Merge)/, 'merges'],
  [/^(ThreadPool|Query|ChunkParse|Parallel|Format)/, 'inserts'],
];

function threadTime(pid: number, thread: string): { name: string; seconds: number } {
  const stat = readFileSync(join('/proc', String(pid), 'task', thread, 'stat'), 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** CPU that the process used so far, by kind of thread (Linux). */
export function cpuOf(pid: number): Cpu {
  const cpu: Cpu = { main: 0, inserts: 0, merges: 0, helpers: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const { name, seconds } = threadTime(pid, thread);
      const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'helpers';
      cpu[Number(thread) === pid ? 'main' : kind] += seconds;
    } catch {
      // the thread ended meanwhile
    }
  }
  return cpu;
}

/** CPU used between two moments, microseconds an event. */
export function microsPerEvent(from: Cpu, to: Cpu, events: number): Cpu & { all: number } {
  const micros = (seconds: number) => Math.round((seconds / events) * 1e8) / 100;
  return {
    main: micros(to.main - from.main),
    inserts: micros(to.inserts - from.inserts),
    merges: micros(to.merges - from.merges),
    helpers: micros(to.helpers - from.helpers),
    all: micros(
      to.main + to.inserts + to.merges + to.helpers - from.main - from.inserts - from.merges - from.helpers,
    ),
  };
}
