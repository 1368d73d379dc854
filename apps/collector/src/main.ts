import { readFileSync } from 'node:fs';
import { runCli, type ServeFlags } from './cli/index.js';
import { commandGroups } from './commands.js';
import type { Environment } from './config.js';

// The embedded engine's statements run in Node's thread pool: with its four threads, a few slow ones would hold up
// files and DNS. Read by libuv when the pool is first used, which is later than this.
process.env.UV_THREADPOOL_SIZE ??= '16';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const interrupted = new AbortController();
/** The first SIGINT or SIGTERM asks for an orderly end; the second ends the process at once. */
const signalled = new Promise<string>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(1);
      interrupted.abort();
      resolve(signal);
    });
});
const complain = (text: string) => process.stderr.write(text);

/** Exit codes: 0 = stopped as told, 1 = failed while running (a supervisor may restart it), 2 = could not start. */
async function serve(flags: ServeFlags): Promise<number> {
  const env: Environment = {
    ...process.env,
    ...(flags.role && { LEEWAY_ROLE: flags.role }),
    ...(flags.host && { LEEWAY_HOST: flags.host }),
    ...(flags.port && { LEEWAY_PORT: flags.port }),
    ...(flags.dataDir && { LEEWAY_DATA_DIR: flags.dataDir }),
  };
  // Loaded here so that commands which need no collector start in a fraction of the time.
  const [{ ConfigError, readConfig }, { pino }] = await Promise.all([import('./config.js'), import('pino')]);
  let settings: ReturnType<typeof readConfig>;
  try {
    settings = readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    complain(`leeway: ${error.message}\nSee docs/configuration.md.\n`);
    return 2;
  }
  const { config, warnings } = settings;
  const log = pino({
    level: config.log.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(config.log.format === 'pretty' && { transport: { target: 'pino-pretty' } }),
  });
  for (const warning of warnings) log.warn(warning);
  const { startApp } = await import('./app.js');
  let app: Awaited<ReturnType<typeof startApp>>;
  try {
    app = await startApp(config, log, { version, env, signal: interrupted.signal });
  } catch (error) {
    if (interrupted.signal.aborted) return 0;
    log.fatal({ err: error }, 'the collector could not start');
    complain(`leeway: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  process.on('SIGHUP', () => void app.reload());
  const ending = await Promise.race([signalled, app.failed]);
  if (typeof ending === 'string') log.info({ signal: ending }, 'stopping: finishing what is under way');
  else log.fatal({ err: ending }, 'the collector must stop; a supervisor may start it again');
  const drained = await app.stop();
  if (!drained) log.error({ limit_ms: config.drainMs }, 'not everything was finished in time');
  return typeof ending === 'string' && drained ? 0 : 1;
}

try {
  process.exitCode = await runCli(process.argv.slice(2), {
    version,
    env: process.env,
    cwd: process.cwd(),
    out: (content) => process.stdout.write(content),
    err: complain,
    signal: interrupted.signal,
    serve,
    groups: await commandGroups(process.argv.slice(2)),
  });
} catch (error) {
  complain(`leeway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
}
// The embedded engine and idle sockets would keep the process alive.
process.stdout.write('', () => process.exit());
