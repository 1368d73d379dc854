import type { Command } from 'commander';
import { backtestCommand } from './backtest.js';
import { checkCommand } from './check.js';
import { testCommand } from './test.js';

/** What a command needs of the program; the cli room's context has it. */
export interface RulesContext {
  cwd: string;
  /** Base URL of the collector's API, without a trailing slash. */
  url: string;
  token: string | undefined;
  signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

/** Gives the exit code: 0 = fine, 1 = the answer is "no", 2 = it could not be done. */
export type RulesAction = (context: RulesContext) => Promise<number>;

/** Adds `leeway rules check|test|backtest`. */
export function registerRules(program: Command, run: (action: RulesAction) => Promise<void>): void {
  const rules = program.command('rules').description('check, test and backtest alert rules');
  rules
    .command('check')
    .argument('<file...>', 'rule files, directories of them, or the alert file')
    .description('check rule files and the alert file; every error with file, line and field')
    .option('--json', 'print the problems as JSON')
    .action((files: string[], options: { json?: boolean }) =>
      run((context) => checkCommand(files, options.json === true, context)),
    );
  rules
    .command('test')
    .argument('<file...>', 'test files: given these verdicts, want these alerts at these times')
    .description('run rules over made-up verdicts and compare what they do with what is wanted')
    .action((files: string[]) => run((context) => testCommand(files, context)));
  rules
    .command('backtest')
    .argument('<file>', 'a rule file')
    .requiredOption('--model <model>', 'model whose stored history is used')
    .option('--rule <name>', 'only this rule of the file')
    .option('--from <time>', 'start: RFC 3339, or now-7d', 'now-7d')
    .option('--to <time>', 'end', 'now')
    .option('--json', 'print the results as JSON')
    .description('what would these rules have done over stored history? (asks the running collector)')
    .action(
      (file: string, options: { model: string; rule?: string; from: string; to: string; json?: boolean }) =>
        run((context) => backtestCommand(file, options, context)),
    );
}
