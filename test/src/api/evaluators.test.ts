import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClickhouseHttp, startClickhouseHttp } from '../support/clickhouse-http.js';
import { type Collector, runLeeway, startCollector } from '../support/collector.js';

/** Longer than a holder that does not renew is believed. */
const TAKEOVER_MS = 40_000;

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
  });
  async function start(database: string, role: string, readyMs = 30_000): Promise<Collector> {
    const collector = await startCollector({ env: env(database, role), readyMs });
    running.push(collector);
    return collector;
  }

  it('are one and one that stands by: it takes over at once after a stop, and in a while after a kill', async () => {
    const one = await start('standby', 'evaluate');
    let twoIsUp = false;
    const standby = start('standby', 'evaluate', TAKEOVER_MS).then((collector) => {
      twoIsUp = true;
      return collector;
    });
    await sleep(4_000);
    expect(twoIsUp).toBe(false);
    const stopped = Date.now();
    expect(await one.stop()).toBe(0);
    const two = await standby;
    expect(Date.now() - stopped).toBeLessThan(8_000);
    two.signal('SIGKILL');
    await two.ended;
    const three = await start('standby', 'evaluate', TAKEOVER_MS);
    expect(three.log()).toContain('standing by');
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
