// npm run demo [-- OPTIONS]: builds Leeway, starts it on a data directory of its own, and lets real flights through it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  alertmanagerProblem,
  BUILD,
  startDemoAlertmanager,
  writeAlertFile,
} from './lib/demo-alertmanager.mjs';
import { untilReady } from './lib/http.mjs';
import { installPackages } from './lib/install.mjs';
import { bin, Children, freePort, quietEnv, root, run } from './lib/run.mjs';

const HELP = `npm run demo [-- OPTIONS]

A model that predicts flight delays, on real flights of 2001: January is its training data, February and March are
replayed as history, the rest comes live. One day of flights passes in one minute. After a minute of live traffic a
deliberate fault starts: distance is sent in kilometres instead of miles, and an alert fires.

  --alertmanager URL
                 also send alerts to this Alertmanager; "build" in place of the URL builds one (needs Go) and starts it
  --kafka        send events through a real Apache Kafka (needs Java 17) instead of HTTP
  --no-fault     leave the fault out; type f and Enter to switch it at any time
  --port N       port of the dashboard (default 3000, or a free one where that is taken)
  --api-port N   port of the collector's API (default 8787, or a free one where that is taken)
  --check        run on free ports without a person, print one line of JSON, and end: 0 = all is as it must be
  --built        neither install nor build: use what is there
  --linger       with --check: stay up after the line until the process is told to end
  --help         this text

Ctrl-C ends everything and removes the demo's data.
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        kafka: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        built: { type: 'boolean', default: false },
        linger: { type: 'boolean', default: false },
        'no-fault': { type: 'boolean', default: false },
        alertmanager: { type: 'string' },
        port: { type: 'string' },
        'api-port': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    for (const name of ['port', 'api-port'])
      if (values[name] !== undefined && !/^\d{1,5}$/.test(values[name]))
        throw new Error(`--${name} is "${values[name]}"; write a port, e.g. 3000`);
    const problem = alertmanagerProblem(values.alertmanager);
    if (problem) throw new Error(problem);
    return values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const startedAt = Date.now();
const say = (text) =>
  process.stderr.write(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${text}\n`);

const children = new Children();
let brokerStart = null;
let broker = null;
let alertFile = null;
let folder = null;
let finishing = null;

/** Ends everything that was started, removes the demo's data, and exits. */
function finish(code) {
  finishing ??= (async () => {
    await children.endAll();
    // Also a broker that is still on its way up.
    await brokerStart?.then((started) => started.stop()).catch(() => {});
    if (folder) rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  })().catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
  return finishing;
}

/** A child of ours ended by itself: say so with the end of its log, and end the demo. */
function died(name, how) {
  if (finishing) return;
  const log = join(folder, `${name}.log`);
  say(`the ${name} ended (${how}); the last lines of its log:\n${readFileSync(log, 'utf8').slice(-3_000)}`);
  finish(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    say('ending the demo');
    finish(options.check && !options.linger ? 1 : 0);
  });

async function startCollector(port, dashboardPort) {
  const name = 'collector';
  const env = {
    ...quietEnv,
    LEEWAY_HOST: '127.0.0.1',
    LEEWAY_PORT: String(port),
    LEEWAY_DATA_DIR: join(folder, 'data'),
    LEEWAY_PUBLIC_URL: `http://127.0.0.1:${dashboardPort}`,
    LEEWAY_EVALUATE_EVERY_MS: '2000',
    ...(alertFile && { LEEWAY_ALERT_FILE: alertFile }),
    ...(broker && { KAFKA_BROKERS: broker.brokers.join(',') }),
  };
  let ended = null;
  children.start(name, process.execPath, [join(root, 'apps/collector/dist/main.js'), 'serve'], {
    env,
    log: join(folder, `${name}.log`),
    onExit: (how) => {
      ended = how;
      died(name, how);
    },
  });
  await untilReady(
    `http://127.0.0.1:${port}/readyz`,
    60_000,
    () => ended && `the collector ended (${ended})`,
  );
}

async function startDashboard(port, apiPort) {
  const name = 'dashboard';
  const next = join(root, 'node_modules/next/dist/bin/next');
  const args = [next, 'start', join(root, 'apps/dashboard'), '-H', '127.0.0.1', '-p', String(port)];
  children.start(name, process.execPath, args, {
    env: { ...quietEnv, NODE_ENV: 'production', LEEWAY_API_URL: `http://127.0.0.1:${apiPort}` },
    log: join(folder, `${name}.log`),
    onExit: (how) => died(name, how),
  });
  await untilReady(`http://127.0.0.1:${port}/`, 60_000);
}

function startFlights(apiPort, dashboardPort) {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = join(root, 'examples/src/flights/main.ts');
  const args = ['--conditions=leeway-source', '--import', tsx, main];
  args.push('--collector', `http://127.0.0.1:${apiPort}`, '--dashboard', `http://127.0.0.1:${dashboardPort}`);
  args.push('--started-at', String(startedAt));
  if (broker) args.push('--brokers', broker.brokers.join(','));
  for (const flag of ['check', 'linger', 'no-fault']) if (options[flag]) args.push(`--${flag}`);
  return children.start('flights', process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    onExit: (how) => finish(typeof how === 'number' ? how : 1),
  });
}

/** Where the demo runs at a terminal, a line with an f in it switches the fault. */
function listenForKeys(flights) {
  if (!process.stdin.isTTY || options.check) return;
  say('type f and Enter to switch the fault, Ctrl-C to end');
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line.trim().toLowerCase() === 'f' && flights.connected) flights.send('switch-fault');
  });
}

async function build() {
  await installPackages(say);
  say('building');
  const args = ['run', 'build', '--filter=@leeway/collector', '--filter=@leeway/dashboard'];
  await run(bin('turbo'), [...args, '--output-logs=errors-only'], { capture: true }).catch((error) => {
    throw new Error(`${error.message}\n${error.output}`);
  });
}

async function demo() {
  if (!options.built) await build();
  folder = mkdtempSync(join(tmpdir(), 'leeway-demo-'));
  say(`data and logs, for as long as the demo runs: ${folder}`);
  const apiPort = await freePort(Number(options['api-port'] ?? (options.check ? 0 : 8787)));
  const dashboardPort = await freePort(Number(options.port ?? (options.check ? 0 : 3000)));
  if (options.kafka) {
    const { startKafka } = await import('./kafka/broker.mjs');
    say('starting Apache Kafka');
    brokerStart = startKafka({ dataDir: join(folder, 'kafka'), partitions: 4 });
    broker = await brokerStart;
    say(`Kafka: ${broker.brokers.join(',')}`);
  }
  if (options.alertmanager) {
    const onExit = (how) => died('alertmanager', how);
    const url =
      options.alertmanager === BUILD
        ? await startDemoAlertmanager({ folder, children, say, onExit })
        : options.alertmanager;
    alertFile = writeAlertFile(folder, url);
    say(`Alertmanager: ${url}`);
  }
  await Promise.all([startCollector(apiPort, dashboardPort), startDashboard(dashboardPort, apiPort)]);
  say(`collector: http://127.0.0.1:${apiPort}/api/v1/openapi.json`);
  say(`dashboard: http://127.0.0.1:${dashboardPort}`);
  listenForKeys(startFlights(apiPort, dashboardPort));
}

demo().catch((error) => {
  if (finishing) return;
  say(error.message);
  finish(1);
});
