// The demo's Alertmanager: one that is there already, or one that is built and started for the demo.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needAlertmanager } from '../alertmanager.mjs';
import { untilReady } from './http.mjs';
import { freePort } from './run.mjs';

/** What stands for "build one and start it" in place of a URL. */
export const BUILD = 'build';

/** Why a value of `--alertmanager` is wrong, or null. */
export function alertmanagerProblem(value) {
  if (value === undefined || value === BUILD) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  return url && ['http:', 'https:'].includes(url.protocol)
    ? null
    : `--alertmanager is "${value}"; write its URL, e.g. http://127.0.0.1:9093, or "${BUILD}" to build and start one`;
}

/** Builds Alertmanager where it is missing, and starts it with one route that makes a group of each incident. */
export async function startDemoAlertmanager({ folder, children, say, onExit }) {
  const program = await needAlertmanager(say);
  const home = join(folder, 'alertmanager');
  mkdirSync(home);
  const config = join(home, 'alertmanager.yml');
  writeFileSync(
    config,
    `route: { receiver: nobody, group_by: [model, incident], group_wait: 5s }
receivers: [{ name: nobody }]
`,
  );
  const url = `http://127.0.0.1:${await freePort(9093)}`;
  children.start(
    'alertmanager',
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(home, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--cluster.listen-address=',
    ],
    { log: join(folder, 'alertmanager.log'), onExit },
  );
  await untilReady(`${url}/-/ready`, 30_000);
  return url;
}

/** Writes the collector's alert file: everything goes to this Alertmanager and into the log. Gives the file's path. */
export function writeAlertFile(folder, url) {
  const file = join(folder, 'alerts.yaml');
  writeFileSync(
    file,
    `receivers:
  - { name: alertmanager, kind: alertmanager, urls: ["${url}"], resend: 30s }
  - { name: log, kind: log }
route: { receiver: [alertmanager, log] }
allow_addresses: ["${new URL(url).hostname.replace(/^\[|\]$/g, '')}"]
`,
  );
  return file;
}
