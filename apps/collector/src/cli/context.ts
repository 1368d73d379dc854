import type { Command } from 'commander';

/** Where commands write. `out` is for results (stdout), `err` for progress and problems (stderr). */
export interface CliStreams {
  out(content: string | Uint8Array): void;
  err(text: string): void;
}

/**
 * What every `leeway` command gets. Commands never read `process.env` nor call `process.exit`: they take `env`
 * from here and end by returning an exit code.
 */
export interface CliContext extends CliStreams {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Base URL of the collector's API (`--url`, `LEEWAY_URL`, default `http://127.0.0.1:8787`), no trailing slash. */
  url: string;
  /** Bearer token (`LEEWAY_API_TOKEN`), undefined when none is set. */
  token: string | undefined;
  /** Aborts on SIGINT. */
  signal: AbortSignal;
}

/** Tells the program's exit code: 0 = fine, 1 = the answer is "no" (a gate failed), 2 = it could not be done. */
export type CliAction = (context: CliContext) => Promise<number>;

/**
 * One room's commands: it adds them to `program` and, inside each action, calls `run` with the work to do.
 *
 *     export const registerRules: CommandGroup = (program, run) => {
 *       program.command('rules').command('check <file>').action((file) => run((context) => check(file, context)));
 *     };
 */
export type CommandGroup = (program: Command, run: (action: CliAction) => Promise<void>) => void;

/** A problem that a command reports to its user without a stack trace (exit code 2). */
export class CliError extends Error {
  override readonly name = 'CliError';
}
