import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem, StatusReport } from '@leeway/contract';
import { expect, it } from 'vitest';
import { fillDisk, smallDisk } from '../faults/world.js';
import { eventually } from '../support/collector.js';
import { noBroker } from '../support/kafka.js';
import { idsUpTo, openScene, Scenario } from './scene.js';

/** Why no small disk can be made here, or null. Mounting is a right, not a tool: CI may lack it too. */
function noDisk(): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'leeway-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return null;
  } catch {
    return 'mounting a small disk is not permitted';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
const missing = noBroker() ?? noDisk();

it.skipIf(missing !== null)(
  `a full disk under the store: intake stops, readyz, status and metrics say so, and it goes on by itself${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leeway-full-disk-'));
    const disk = await smallDisk(directory, 512);
    const scene = await openScene();
    const scenario = new Scenario(scene, 'full');
    try {
      await scenario.create();
      const collector = await scenario.start({ LEEWAY_DATA_DIR: join(disk!, 'data') });
      await scenario.send(scenario.events(0, 50));
      await scenario.stored(50);
      const http = (id: string) =>
        collector.ask<Problem>('/events', { json: { ...scenario.plainEvent(id), model: 'http' } });
      await fillDisk(disk!, async () => {
        await scenario.send(scenario.events(50, 400));
        const { status } = await eventually(
          async () => {
            const answer = await collector.ask<StatusReport>('/status');
            return answer.body.ingest.state === 'paused' ? answer : null;
          },
          30_000,
          'the status to say that ingest is paused',
        );
        expect(status).toBe(200);
        const said = (await collector.ask<StatusReport>('/status')).body.ingest.detail;
        expect(said).toMatch(/disk is full|takes no writes/);
        const ready = await collector.ask<{ reason: string }>('//readyz');
        expect(ready.status).toBe(503);
        expect(ready.body.reason).toMatch(/ingest is paused/);
        expect((await collector.ask('//healthz')).status).toBe(200);
        expect(await scenario.metric('leeway_ingest_paused')).toBe(1);
        const refused = await http('while-full');
        expect([refused.status, refused.body.code]).toEqual([503, 'store_unavailable']);
        expect(collector.log()).toContain('its disk is full');
      });
      // Space is back: nobody has to do anything.
      expect(await scenario.stored(400, 60_000)).toEqual(idsUpTo(400));
      await eventually(async () => (await collector.ask('//readyz')).status === 200, 30_000, 'readiness');
      expect(await scenario.metric('leeway_ingest_paused')).toBe(0);
      expect((await http('afterwards')).status).toBe(200);
      await scenario.settled(400);
      expect(await scenario.ids()).toEqual(idsUpTo(400));
    } finally {
      await scenario.kill();
      await scene.close();
      if (disk) execFileSync('umount', ['-l', disk]);
      rmSync(directory, { recursive: true, force: true });
    }
  },
  180_000,
);
