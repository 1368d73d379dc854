// The test command: npm test [-- --only STEP[,STEP…]]. Installs what it needs, runs every step, and ends with one
// line that sums them up. `CI=true` turns a missing tool into a failure and adds a run on Node 24.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { needChromium } from './lib/chromium.mjs';
import { needProgram } from './lib/debian.mjs';
import { installPackages } from './lib/install.mjs';
import { Results } from './lib/results.mjs';
import { bin, quietEnv, root, run } from './lib/run.mjs';

const ALL = ['tools', 'checks', 'unit', 'system', 'node24'];
const STEP_LIMIT_MS = 25 * 60_000;

const { values } = parseArgs({
  options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  process.stdout.write(`npm test [-- --only ${ALL.join(',')}]\n`);
  process.exit(0);
}
const only = values.only?.split(',') ?? ALL;
const unknown = only.filter((step) => !ALL.includes(step));
if (unknown.length > 0) {
  process.stderr.write(`no step "${unknown.join(', ')}"; there are: ${ALL.join(', ')}\n`);
  process.exit(2);
}

const ci = process.env.CI === 'true' || process.env.CI === '1';
const started = Date.now();
const results = new Results();
const artifacts = join(root, 'test', 'artifacts');
const env = { ...quietEnv };

function say(text) {
  const seconds = String(Math.round((Date.now() - started) / 1000)).padStart(4);
  process.stdout.write(`\n[${seconds} s] ${text}\n`);
}

/** Runs a command as one check. Its output is shown only when it fails. */
async function check(name, command, args) {
  say(name);
  const error = await run(command, args, {
    env,
    capture: true,
    signal: AbortSignal.timeout(STEP_LIMIT_MS),
  }).then(
    () => null,
    (problem) => problem,
  );
  if (error) process.stdout.write(`${error.output ?? error.message}\n`);
  results.check(name, error);
}

/** Runs vitest with a report of its own. `launch` puts another Node in front of it. */
async function vitest(name, args, launch = [process.execPath]) {
  say(name);
  const report = join(artifacts, `${name.replaceAll(' ', '-')}.json`);
  const [command, ...before] = launch;
  const all = [...before, join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  all.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  const error = await run(command, all, { env, signal: AbortSignal.timeout(STEP_LIMIT_MS) }).then(
    () => null,
    (problem) => problem,
  );
  results.vitest(name, report, error);
}

async function tools() {
  say('tools of the tests');
  const needed = {
    'Chromium for the browser tests': async () => {
      env.CHROMIUM_PATH = await needChromium(say);
    },
    'Apache Kafka for the broker tests': async () => {
      const { kafkaLibs, requireJava } = await import('./kafka/jars.mjs');
      await requireJava();
      await kafkaLibs();
    },
    'kcat for the emitter tests': () => needProgram('kcat', say),
    'openssl for the tests of brokers with TLS': () => needProgram('openssl', say),
    'Prometheus Alertmanager for the receiver tests': async () => {
      const { needAlertmanager } = await import('./alertmanager.mjs');
      await needAlertmanager(say);
    },
  };
  for (const [name, bring] of Object.entries(needed)) {
    const error = await bring().then(
      () => null,
      (problem) => problem,
    );
    if (error) results.missing(name, error, ci);
  }
}

async function checks() {
  await check('lint', bin('biome'), ['ci', '.']);
  await check('boundaries between the rooms', 'npm', ['run', '--silent', 'boundaries']);
  await check('build', bin('turbo'), ['run', 'build', '--output-logs=errors-only']);
  await check('types', 'npm', ['run', '--silent', 'typecheck']);
}

/** The collector's and the statistics' tests once more, on the next long-term release of Node. */
function node24() {
  const launch = ['npm', 'exec', '--yes', '--package=node@24', '--', 'node'];
  return vitest('unit tests on Node 24', ['packages/stats', 'apps/collector'], launch);
}

await installPackages(say);
rmSync(artifacts, { recursive: true, force: true });
mkdirSync(artifacts, { recursive: true });
if (only.includes('tools')) await tools();
if (only.includes('checks')) await checks();
if (only.includes('unit')) await vitest('unit tests', []);
if (only.includes('system')) await vitest('whole-system tests', ['--config', 'vitest.system.config.ts']);
if (only.includes('node24') && (ci || values.only)) await node24();

const minutes = ((Date.now() - started) / 60_000).toFixed(1);
say(`done in ${minutes} minutes`);
for (const note of results.notes) process.stdout.write(`${note}\n`);
process.stdout.write(`${results.summary()}\n`);
process.exit(results.failed === 0 && results.passed > 0 ? 0 : 1);
