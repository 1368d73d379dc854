import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needAlertmanager } from '../../../tools/alertmanager.mjs';
import { freePort } from './sinks.js';

/** Path of the real Alertmanager, or why there is none. With `CI=true` a missing one is an error. */
export async function findAlertmanager(): Promise<{ path: string | null; reason: string }> {
  try {
    return { path: await needAlertmanager(), reason: '' };
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    return { path: null, reason: (error as Error).message };
  }
}

/** A busy machine with a cold disk needs more than the second that is usual. */
const READY_MS = 90_000;

/** Starts Alertmanager with one route: groups by model and incident, and posts to `webhook`. */
export async function startAlertmanager(path: string, webhook: string) {
  const dir = await mkdtemp(join(tmpdir(), 'leeway-alertmanager-'));
  const port = await freePort();
  const config = join(dir, 'alertmanager.yml');
  await writeFile(
    config,
    `route: { receiver: sink, group_by: [model, incident], group_wait: 1s, group_interval: 2s, repeat_interval: 1h }
receivers: [{ name: sink, webhook_configs: [{ url: "${webhook}", send_resolved: true }] }]
`,
  );
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const child: ChildProcess = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true;
  const deadline = Date.now() + READY_MS;
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`Alertmanager ended:\n${said}`);
    if (Date.now() > deadline) throw new Error(`Alertmanager was not ready in ${READY_MS} ms:\n${said}`);
    await sleep(50);
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
