import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SignalKind, VERDICT_RANK, type VerdictKind } from '@leeway/contract';
import type { Command } from 'commander';
import { compareFiles } from '../compare/compare-files.js';
import { comparisonReport } from '../compare/compare-report.js';
import { comparisonTable } from '../compare/compare-table.js';
import type { PairThreads } from '../compare/number-pair.js';
import type { ComparedFile, OpenComparedFile } from '../ports.js';

/** What the command needs of the program; the cli room's context has it. */
export interface CompareContext {
  cwd: string;
  out(text: string): void;
  err(text: string): void;
}

/** Opens files without a collector: each of `readers` is a connection of its own, so two files are read at once. */
export interface FileReaders {
  readers: readonly [OpenComparedFile, OpenComparedFile];
  close(): Promise<void>;
}

/** What the command opens files with; the program joins it from other rooms. */
export interface CompareTools {
  openReaders(): FileReaders;
  /** Threads for number columns that two files share; null where they aren't worth it. */
  openThreads(a: string, b: string): Promise<PairThreads | null>;
}

interface Flags {
  json?: boolean;
  html?: string;
  failOn?: string;
  exclude: string[];
  kind: string[];
  moderate: string;
  significant: string;
  limit: string;
}

const FAIL_ON: readonly VerdictKind[] = ['moderate', 'significant', 'drifting'];

/** Adds `leeway compare A B`: exit 0, 1 when a signal is as bad as `--fail-on` says, 2 for input it can't use. */
export function registerCompare(tools: CompareTools) {
  return (
    program: Command,
    run: (action: (context: CompareContext) => Promise<number>) => Promise<void>,
  ): void => {
    program
      .command('compare')
      .argument('<A>', 'the file to compare with (Parquet, CSV with a header line, or NDJSON)')
      .argument('<B>', 'the file that is judged')
      .description('judge file B against file A, column by column; no collector is needed')
      .option('--json', 'print the comparison as JSON (docs/compare.md)')
      .option('--html <file>', 'write a report with charts, one self-contained file')
      .option('--fail-on <verdict>', `exit 1 when a signal is at least this bad: ${FAIL_ON.join(', ')}`)
      .option('--exclude <column...>', 'columns to leave out', [])
      .option('--kind <column=kind...>', 'kind of a column where it is inferred wrongly', [])
      .option('--moderate <psi>', 'de-biased PSI of the moderate band', '0.1')
      .option('--significant <psi>', 'de-biased PSI of the significant band', '0.2')
      .option('--limit <signals>', 'signals that the table shows, 0 = all', '40')
      .action((a: string, b: string, flags: Flags) => run((context) => compare(a, b, flags, tools, context)));
  };
}

async function compare(
  a: string,
  b: string,
  flags: Flags,
  tools: CompareTools,
  context: CompareContext,
): Promise<number> {
  const problem = flagProblem(flags);
  if (problem !== null) {
    context.err(`leeway compare: ${problem}\n`);
    return 2;
  }
  const started = performance.now();
  const files = tools.openReaders();
  let threads: PairThreads | null = null;
  try {
    const [openA, openB] = files.readers;
    const [pathA, pathB] = [resolve(context.cwd, a), resolve(context.cwd, b)];
    // Both have settled when one is refused: closing under a file that still opens would leave its engine behind.
    const opened = await Promise.allSettled([openA(pathA, a), openB(pathB, b)]);
    const [left, right] = opened.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }) as [ComparedFile, ComparedFile];
    const parallel = left.plainNumbers.size > 0 && right.plainNumbers.size > 0;
    threads = parallel ? await tools.openThreads(pathA, pathB) : null;
    const options = {
      exclude: flags.exclude,
      kinds: kindsOf(flags.kind),
      moderate: Number(flags.moderate),
      significant: Number(flags.significant),
    };
    const found = await compareFiles(left, right, options, threads);
    if (flags.html !== undefined) {
      const names = { a: basename(a), b: basename(b), madeAt: new Date().toISOString() };
      await writeFile(resolve(context.cwd, flags.html), comparisonReport(found, names));
    }
    const { counts: _counts, ...answer } = found;
    const took = Math.round(performance.now() - started);
    if (flags.json) context.out(`${JSON.stringify({ ...answer, a, b, took_ms: took })}\n`);
    else {
      const most = Number(flags.limit) === 0 ? found.signals.length : Number(flags.limit);
      context.out(comparisonTable(found, { a, b }, most));
    }
    await Promise.all([left.close(), right.close()]);
    return flags.failOn !== undefined && isAsBadAs(found.verdict, flags.failOn as VerdictKind) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.err(`leeway compare: ${error.message}\n`);
    return 2;
  } finally {
    await threads?.close();
    await files.close();
  }
}

function isAsBadAs(verdict: VerdictKind, limit: VerdictKind): boolean {
  return VERDICT_RANK[verdict] >= VERDICT_RANK[limit];
}

function flagProblem(flags: Flags): string | null {
  if (flags.failOn !== undefined && !FAIL_ON.some((kind) => kind === flags.failOn))
    return `--fail-on takes ${FAIL_ON.join(', ')}, not "${flags.failOn}"`;
  for (const text of flags.kind) {
    const kind = text.slice(text.lastIndexOf('=') + 1);
    if (!text.includes('=') || !SignalKind.safeParse(kind).success)
      return `--kind is written column=kind with ${SignalKind.options.join(', ')}, not "${text}"`;
  }
  const [moderate, significant, limit] = [flags.moderate, flags.significant, flags.limit].map(Number);
  if (!(moderate! > 0 && significant! >= moderate!))
    return '--moderate and --significant are numbers, 0 < moderate ≤ significant';
  if (!(Number.isInteger(limit) && limit! >= 0)) return '--limit is a whole number of signals, 0 = all';
  return null;
}

function kindsOf(texts: readonly string[]): Record<string, SignalKind> {
  return Object.fromEntries(
    texts.map((text) => {
      const cut = text.lastIndexOf('=');
      return [text.slice(0, cut), SignalKind.parse(text.slice(cut + 1))];
    }),
  );
}
