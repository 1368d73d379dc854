// node tools/alertmanager.mjs: builds the real Alertmanager for the acceptance tests, once, into .cache, and prints its path.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './lib/run.mjs';

export const ALERTMANAGER_VERSION = 'v0.28.1';
const BUILD_LIMIT_MS = 10 * 60_000;
const KNOWN_GO = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

/** Where the binary is, or will be. */
export function alertmanagerPath() {
  return join(root, '.cache', 'alertmanager', ALERTMANAGER_VERSION, 'alertmanager');
}

async function findGo() {
  for (const go of KNOWN_GO) {
    const works = await run(go, ['version'], { capture: true }).then(
      () => true,
      () => false,
    );
    if (works) return go;
  }
  return null;
}

/** Path of a built Alertmanager; `ALERTMANAGER_PATH` names one in another place. Throws with what to do when there is no Go. */
export async function needAlertmanager(say = () => {}) {
  const given = process.env.ALERTMANAGER_PATH;
  if (given && existsSync(given)) return given;
  const path = alertmanagerPath();
  if (existsSync(path)) return path;
  const go = await findGo();
  if (!go)
    throw new Error(
      'no Go found to build Alertmanager with: install Go, or name a binary in ALERTMANAGER_PATH',
    );
  say(`building Alertmanager ${ALERTMANAGER_VERSION} (about a minute)`);
  const target = join(path, '..');
  mkdirSync(target, { recursive: true });
  await run(go, ['install', `github.com/prometheus/alertmanager/cmd/alertmanager@${ALERTMANAGER_VERSION}`], {
    env: { ...process.env, GOBIN: target },
    cwd: target,
    capture: true,
    signal: AbortSignal.timeout(BUILD_LIMIT_MS),
  });
  return path;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.stdout.write(`${await needAlertmanager((text) => process.stderr.write(`${text}\n`))}\n`);
  } catch (error) {
    process.stderr.write(`${error.output ?? error.message}\n`);
    process.exitCode = 1;
  }
}
