import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CompareContext, type CompareFlags, type CompareTools, FAIL_ON } from './compare-flags.js';

/** Adds `leeway compare A B`: exit 0, 1 when a signal is as bad as `--fail-on` says or `--strict` finds a column gone, 2 for input it can't use. */
export function registerCompare(tools: CompareTools) {
  return (
    program: Command,
    does: (action: (context: CompareContext) => Promise<number>) => Promise<void>,
  ): void => {
    program
      .command('compare')
      .argument('<A>', 'the file to compare with (Parquet, CSV with a header line, or NDJSON)')
      .argument('<B>', 'the file that is judged')
      .description('judge file B against file A, column by column; no collector is needed')
      .option('--json', 'print the comparison as JSON (docs/compare.md)')
      .option('--html <file>', 'write a report with charts, one self-contained file')
      .option('--fail-on <verdict>', `exit 1 when a signal is at least this bad: ${FAIL_ON.join(', ')}`)
      .option('--strict', 'exit 1 as well when B lacks a column of A or holds another kind of values in it')
      .option('--exclude <column...>', 'columns to leave out', [])
      .option('--kind <column=kind...>', 'kind of a column where it is inferred wrongly', [])
      .option('--moderate <psi>', 'de-biased PSI of the moderate band', '0.1')
      .option('--significant <psi>', 'de-biased PSI of the significant band', '0.2')
      .option('--limit <signals>', 'signals that the table shows, 0 = all', '40')
      .action((a: string, b: string, flags: CompareFlags) =>
        does((context) => run(a, b, flags, tools, context)),
      );
  };
}

/** Starts the threads before all else: what judges their findings loads while they read. */
async function run(
  a: string,
  b: string,
  flags: CompareFlags,
  tools: CompareTools,
  context: CompareContext,
): Promise<number> {
  const started = performance.now();
  const threads = await tools.openThreads(resolve(context.cwd, a), resolve(context.cwd, b), flags.exclude);
  const files = await tools.openReaders();
  try {
    const { compare } = await import('./compare-action.js');
    return await compare(a, b, flags, { files, threads, started }, context);
  } finally {
    await threads?.close();
    await files.close();
  }
}
