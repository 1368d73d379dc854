import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EventPage } from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, ROOT } from '../support/collector.js';
import { noBroker } from '../support/kafka.js';
import { openScene, Scenario, type Scene } from './scene.js';

const run = promisify(execFile);
const EMITTERS = join(ROOT, 'examples/emitters');
/** What the Python emitters import. */
const PACKAGES = ['requests==2.32.5', 'confluent-kafka==2.12.2'];
const INSTALL_MS = 120_000;

/**
 * A Python that has the emitters' packages: a virtual environment in the cache, made once. Or why there is none; in
 * CI that is a failure.
 */
function preparePython(): { python: string; missing: null } | { python: null; missing: string } {
  const name = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 12);
  const home = join(ROOT, '.cache', 'python', name);
  const python = join(home, 'bin', 'python');
  const checked = () => execFileSync(python, ['-c', 'import requests, confluent_kafka'], { stdio: 'ignore' });
  try {
    if (!existsSync(python)) {
      const fresh = `${home}-${process.pid}`;
      mkdirSync(join(ROOT, '.cache', 'python'), { recursive: true });
      const options = { stdio: 'ignore', timeout: INSTALL_MS } as const;
      try {
        execFileSync('python3', ['-m', 'venv', '--copies', fresh], options);
        const pip = ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--disable-pip-version-check'];
        execFileSync(join(fresh, 'bin', 'python'), [...pip, ...PACKAGES], options);
        renameSync(fresh, home);
      } finally {
        rmSync(fresh, { recursive: true, force: true });
      }
    }
    checked();
    return { python, missing: null };
  } catch (error) {
    const missing = `Python 3 with ${PACKAGES.join(' and ')} could not be had`;
    if (process.env.CI === 'true') throw new Error(`${missing}, and CI runs every test`, { cause: error });
    return { python: null, missing };
  }
}

const noKafka = noBroker();
const { python, missing } = noKafka ? { python: null, missing: noKafka } : preparePython();

describe.skipIf(missing !== null)(`the Python emitters${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let scene: Scene;
  let scenario: Scenario;
  beforeAll(async () => {
    scene = await openScene();
    scenario = new Scenario(scene, 'python');
    await scenario.create(3);
    await scenario.start();
  }, 120_000);
  afterAll(async () => {
    await scenario?.kill();
    await scene?.close();
  });

  const matched = (count: number) =>
    eventually(
      async () => {
        const { status, body } = await scenario.collector!.ask<EventPage>(
          '/models/churn/events?from=now-1h&limit=1',
        );
        return status === 200 && body.matched >= count ? body.matched : null;
      },
      30_000,
      `${count} events`,
    );

  it('send over HTTP with requests', async () => {
    const { stdout, stderr } = await run(python!, [
      join(EMITTERS, 'python/send_http.py'),
      scenario.collector!.url,
    ]);
    expect([stdout, stderr]).toEqual(['accepted 100\n', '']);
    expect(await matched(100)).toBe(100);
  });

  it.each(['zstd', 'lz4'])('send to Kafka with confluent-kafka and %s', async (codec) => {
    const before = await matched(0);
    const [broker] = scene.broker.brokers;
    const { stdout } = await run(python!, [join(EMITTERS, 'python/send_kafka.py'), broker!, 'python', codec]);
    expect(stdout).toBe('sent 100 events to python\n');
    expect(await matched(before + 100)).toBe(before + 100);
  });
});
