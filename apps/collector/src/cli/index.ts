import { Command, CommanderError, Option } from 'commander';
import { type CliAction, type CliContext, CliError, type CommandGroup } from './context.js';

/** Options of `leeway serve`; each overrides the environment variable of the same meaning. */
export interface ServeFlags {
  role?: string;
  host?: string;
  port?: string;
  dataDir?: string;
}

export interface CliParts {
  version: string;
  env: CliContext['env'];
  cwd: string;
  out(content: string | Uint8Array): void;
  err(text: string): void;
  signal: AbortSignal;
  /** Runs the collector until it is told to stop; gives its exit code. */
  serve(flags: ServeFlags): Promise<number>;
  /** Other rooms' commands. */
  groups: readonly CommandGroup[];
}

const DEFAULT_URL = 'http://127.0.0.1:8787';

/**
 * The `leeway` program. Without a command it serves. Gives the exit code: 0 = fine, 1 = a gate failed, 2 = it could
 * not be done (wrong usage included).
 */
export async function runCli(argv: readonly string[], parts: CliParts): Promise<number> {
  let code = 0;
  const program = new Command('leeway')
    .description('Watches deployed machine-learning models: drift, performance and cost.')
    .version(parts.version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: parts.out, writeErr: parts.err })
    .showHelpAfterError('(leeway --help shows what there is)')
    .addOption(
      new Option('--url <url>', 'address of the collector that commands ask').default(
        parts.env.LEEWAY_URL ?? DEFAULT_URL,
      ),
    );

  program
    .command('serve', { isDefault: true })
    .description('run the collector (all settings: docs/configuration.md)')
    .addOption(
      new Option('--role <role>', 'what this process does').choices(['all', 'ingest', 'evaluate', 'serve']),
    )
    .option('--host <host>', 'address to listen on (LEEWAY_HOST)')
    .option('--port <port>', 'port to listen on (LEEWAY_PORT)')
    .option('--data-dir <path>', "directory of the collector's data (LEEWAY_DATA_DIR)")
    .action(async (flags: ServeFlags) => {
      code = await parts.serve(flags);
    });

  const run = async (action: CliAction): Promise<void> => {
    const { url } = program.opts<{ url: string }>();
    code = await action({
      env: parts.env,
      cwd: parts.cwd,
      url: url.replace(/\/+$/, ''),
      token: parts.env.LEEWAY_API_TOKEN || undefined,
      signal: parts.signal,
      out: parts.out,
      err: parts.err,
    });
  };
  for (const register of parts.groups) register(program, run);

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CliError) {
      parts.err(`leeway: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}
