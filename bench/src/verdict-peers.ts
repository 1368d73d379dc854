import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PEERS = ['scouter', 'nannyml', 'evidently'] as const;
export type Peer = (typeof PEERS)[number];

/** Longest a peer may take, and longest its installation may. */
const RUN_MS = 30 * 60_000;
const INSTALL_MS = 15 * 60_000;

/** Says what is missing to run the peers, or null when a Python with venv is there. */
export function missingPython(): string | null {
  const found = spawnSync('python3', ['-c', 'import venv, ensurepip'], { encoding: 'utf8', timeout: 30_000 });
  if (found.error !== undefined) return 'python3 is not installed';
  return found.status === 0 ? null : 'python3 has no venv module';
}

/** Makes an environment with the peers in `folder`, unless it is already one. */
export function installPeers(folder: string): void {
  const python = pythonOf(folder);
  if (!existsSync(python)) run('python3', ['-m', 'venv', folder], INSTALL_MS);
  run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--requirement', here('verdict-requirements.txt')],
    INSTALL_MS,
  );
}

/** How long something took, and the most memory it held. */
export interface Timed {
  ms: number;
  peak_mib: number;
}

/** Median time of one peer's drift calculation. Each in a process of its own. */
export function timePeer(
  folder: string,
  peer: Peer,
  files: { baseline: string; current: string },
  columns: number,
  repeats: number,
): Timed {
  return timed(folder, [peer, files.baseline, files.current, String(columns), String(repeats)]);
}

/**
 * The same rows as Parquet files: `leeway compare` as a whole process, start included, the median of several; beside
 * Evidently's PSI and KS reports with reading, imports not included.
 */
export function timeFiles(
  folder: string,
  files: { baseline: string; current: string },
  columns: number,
  into: string,
  repeats: number,
): { leeway: Timed; evidently: Timed } {
  run(pythonOf(folder), [script(), 'write', files.baseline, files.current, String(columns), into], RUN_MS);
  const tables = [join(into, 'baseline.parquet'), join(into, 'current.parquet')];
  const command = ['command', process.execPath, builtLeeway(), 'compare', ...tables, '--json'];
  const times = Array.from({ length: repeats }, () => timed(folder, command)).sort((x, y) => x.ms - y.ms);
  return { leeway: times[times.length >>> 1]!, evidently: timed(folder, ['files', ...tables]) };
}

/** The built command, as a user runs it; built when it isn't there. */
function builtLeeway(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const built = join(root, 'apps/collector/dist/main.js');
  if (!existsSync(built) || !existsSync(join(root, 'packages/stats/dist/index.js')))
    run('npx', ['turbo', 'run', 'build', '--filter=@leeway/collector...'], INSTALL_MS, root);
  return built;
}

function timed(folder: string, args: string[]): Timed {
  const line =
    run(pythonOf(folder), [script(), ...args], RUN_MS)
      .trim()
      .split('\n')
      .at(-1) ?? '';
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed !== 'object' || parsed === null || !('ms' in parsed) || !('peak_mib' in parsed)) {
    throw new Error(`${args[0]} printed ${line}`);
  }
  return { ms: Number(parsed.ms), peak_mib: Number(parsed.peak_mib) };
}

function script(): string {
  return here('verdict_peers.py');
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function run(command: string, args: string[], timeout: number, cwd?: string): string {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout, cwd, maxBuffer: 64 * 1024 * 1024 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) {
    throw new Error(
      `${[command, ...args].join(' ')} ended with ${done.status ?? done.signal}: ${done.stderr.slice(-2000)}`,
    );
  }
  return done.stdout;
}
