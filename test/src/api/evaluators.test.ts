import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../support/clickhouse-http.js';
import { type Collector, eventually, runLeeway, startCollector } from '../support/collector.js';

/** Longer than a holder that does not renew is believed. */
const LEASE_MS = 5_000;
const TAKEOVER_MS = LEASE_MS + 30_000;

describe('two collectors that would evaluate on one ClickHouse', () => {
  let clickhouse: ClickhouseHttp;
  const running: Collector[] = [];

  beforeAll(async () => {
    clickhouse = await startClickhouseHttp();
  });
  afterEach(async () => {
    for (const collector of running.splice(0)) {
      collector.signal('SIGCONT');
      collector.signal('SIGKILL');
      await collector.ended;
    }
  });
  afterAll(() => clickhouse.close());

  const env = (database: string, role: string) => ({
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_DATABASE: database,
    LEEWAY_ROLE: role,
    LEEWAY_LEASE_MS: String(LEASE_MS),
  });
  async function start(
    database: string,
    role: string,
    readyMs = 30_000,
    more: Record<string, string> = {},
    waiting?: (log: string) => void,
  ): Promise<Collector> {
    const collector = await startCollector({
      env: { ...env(database, role), ...more },
      readyMs,
      ...(waiting && { waiting }),
    });
    running.push(collector);
    return collector;
  }

  it('are one and one that stands by, which takes over as soon as the first stops', async () => {
    const lease = { LEEWAY_LEASE_MS: '60000' };
    const one = await start('standby', 'evaluate', 30_000, lease);
    let twoIsUp = false;
    let said = '';
    const waiting = (log: string) => {
      said = log;
    };
    const standby = start('standby', 'evaluate', 90_000, lease, waiting).then((collector) => {
      twoIsUp = true;
      return collector;
    });
    await eventually(async () => said.includes('standing by'), 60_000, 'the second one');
    await sleep(2_000);
    expect(twoIsUp).toBe(false);
    const stopped = Date.now();
    expect(await one.stop()).toBe(0);
    const two = await standby;
    // The lease was given back: no need to wait until it runs out.
    expect(Date.now() - stopped).toBeLessThan(30_000);
    expect((await two.ask('//readyz')).status).toBe(200);
  }, 120_000);

  it('take over from one that was killed when its lease has run out', async () => {
    const one = await start('killed', 'evaluate');
    one.signal('SIGKILL');
    await one.ended;
    const two = await start('killed', 'evaluate', TAKEOVER_MS);
    expect((await two.ask('//readyz')).status).toBe(200);
  }, 120_000);

  it('end when they were frozen and replaced', async () => {
    const one = await start('frozen', 'evaluate');
    one.signal('SIGSTOP');
    await start('frozen', 'evaluate', TAKEOVER_MS);
    one.signal('SIGCONT');
    expect(await Promise.race([one.ended, sleep(15_000).then(() => 'still running')])).toBe(1);
    expect(one.log()).toContain('may no longer evaluate');
  }, 120_000);

  it('refuse to start where the second would do everything, and say what to set', async () => {
    await start('both', 'all');
    const { code, err } = await runLeeway(['serve', '--port', '0'], env('both', 'all'), 60_000);
    expect(code).toBe(2);
    expect(err).toMatch(/Another collector evaluates .*set LEEWAY_ROLE=ingest/);
  }, 120_000);
});
