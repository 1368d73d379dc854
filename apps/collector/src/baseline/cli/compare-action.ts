import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SignalKind, VERDICT_RANK, type VerdictKind } from '@leeway/contract';
import { compareFiles } from '../compare/compare-files.js';
import type { PairThreads } from '../compare/number-pair.js';
import type { ComparedFile } from '../ports.js';
import { type CompareContext, type CompareFlags, FAIL_ON, type FileReaders } from './compare-flags.js';

/** What the comparison works with: the threads have begun while this file was loaded. */
export interface CompareParts {
  files: FileReaders;
  threads: PairThreads | null;
  /** When the command began, on the clock of `performance`. */
  started: number;
}

/** Compares two files as the flags say and prints the outcome; gives the exit code. */
export async function compare(
  a: string,
  b: string,
  flags: CompareFlags,
  { files, threads, started }: CompareParts,
  context: CompareContext,
): Promise<number> {
  const problem = flagProblem(flags);
  if (problem !== null) {
    context.err(`leeway compare: ${problem}\n`);
    return 2;
  }
  try {
    const [openA, openB] = files.readers;
    const [pathA, pathB] = [resolve(context.cwd, a), resolve(context.cwd, b)];
    // Both have settled when one is refused: closing under a file that still opens would leave its engine behind.
    const opened = await Promise.allSettled([openA(pathA, a), openB(pathB, b)]);
    const [left, right] = opened.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }) as [ComparedFile, ComparedFile];
    const options = {
      exclude: flags.exclude,
      kinds: kindsOf(flags.kind),
      moderate: Number(flags.moderate),
      significant: Number(flags.significant),
    };
    const found = await compareFiles(left, right, options, threads);
    if (flags.html !== undefined) {
      const { comparisonReport } = await import('../compare/compare-report.js');
      const names = { a: basename(a), b: basename(b), madeAt: new Date().toISOString() };
      await writeFile(resolve(context.cwd, flags.html), comparisonReport(found, names));
    }
    const { counts: _counts, ...answer } = found;
    const took = Math.round(performance.now() - started);
    if (flags.json) context.out(`${JSON.stringify({ ...answer, a, b, took_ms: took })}\n`);
    else {
      const most = Number(flags.limit) === 0 ? found.signals.length : Number(flags.limit);
      // Only a table needs what draws it.
      const { comparisonTable } = await import('../compare/compare-table.js');
      context.out(comparisonTable(found, { a, b }, most));
    }
    await Promise.all([left.close(), right.close()]);
    const bad = flags.failOn !== undefined && isAsBadAs(found.verdict, flags.failOn as VerdictKind);
    const gone = flags.strict === true && found.left_out.some(({ code }) => GONE.has(code));
    return bad || gone ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.err(`leeway compare: ${error.message}\n`);
    return 2;
  }
}

/** Why columns of A are left out through a fault of B. */
const GONE: ReadonlySet<string> = new Set(['missing_in_b', 'kind_changed']);

function isAsBadAs(verdict: VerdictKind, limit: VerdictKind): boolean {
  return VERDICT_RANK[verdict] >= VERDICT_RANK[limit];
}

function flagProblem(flags: CompareFlags): string | null {
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
