import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Baseline, BaselineOptions } from '@leeway/contract';
import { compileNumericBinner } from '@leeway/stats';
import { afterEach, describe, expect, it } from 'vitest';
import { createPlanSource } from './baseline/plan-source.js';
import { openBaselineRoom } from './baseline/room.js';
import type { BatchStore, FeatureRegistry, PlanSource } from './ingest/ports.js';
import type { BaselineRoom, ReadStore } from './serve/ports.js';
import { openStore, type Store } from './store/open.js';
import { eventBatch, memoryLogger, temporaryDirectory, testEvent } from './store/testing.js';

const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const MINUTE = 60_000;
const directory = temporaryDirectory();
const open: (() => Promise<void>)[] = [];

/** The store and the baseline room, joined as the collector joins them. */
async function start() {
  const log = memoryLogger();
  const store = await openStore({ dataDir: directory, memoryMib: 512 }, log);
  const late = { changed: () => {}, oldest: (): number | null => null };
  const room = await openBaselineRoom({
    store: store.baselines,
    journal: store.journal,
    openFile: store.openFile,
    rebin: store.counting.rebin,
    oldestInFlight: () => late.oldest(),
    activated: () => late.changed(),
    logger: log,
    clock: () => NOW,
  });
  const plans = createPlanSource({ room, models: () => ['m'], segmentTags: () => ['region'] });
  late.changed = plans.changed;
  late.oldest = plans.oldestInFlight;
  store.usePlans(plans.modelPlan);
  room.resume();
  const baselines = { ...room, plans };
  open.push(async () => {
    await baselines.stop();
    await store.close();
  });
  return { store, baselines };
}
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function counted(baselines: Awaited<ReturnType<typeof start>>['baselines'], id: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const found = baselines.list().find((one) => one.id === id);
    if (found?.rebin?.state === 'done') return;
    if (found?.rebin?.state === 'failed') throw new Error(found.rebin.error ?? 'failed');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the re-bin did not end');
}

/** 600 events over ten minutes, begun under `epoch`. */
function events(from: number, epoch: number) {
  return Array.from({ length: 600 }, (_, i) =>
    testEvent({
      id: `e${from + i}`,
      ts: NOW - 20 * MINUTE + (i % 10) * MINUTE,
      numeric: [((from + i) * 37) % 130],
      tags: { region: i % 2 ? 'eu' : 'us' },
      offset: from + i,
      epoch,
    }),
  );
}

async function totalOf(store: Store, baseline: Baseline, segment = ''): Promise<readonly number[]> {
  const reads: ReadStore = store.reads;
  const range = { from: NOW - 60 * MINUTE, to: NOW };
  const counts = await reads.counts({ model: 'm', segment, ...range }, baseline);
  return counts.get('x')!;
}

describe('baselines over a store', () => {
  it('are made from a file, activated, and count retained events once, over restarts and re-activation', async () => {
    const path = join(directory, 'train.csv');
    const rows = Array.from({ length: 2_000 }, (_, i) => `${(i * 13) % 101},${i % 3 ? 'a' : 'b'},${i}`);
    writeFileSync(path, `x,city,id\n${rows.join('\n')}\n`);
    let { store, baselines } = await start();
    const registry: FeatureRegistry = store.features;
    await registry.append('m', [{ name: 'x', kind: 'numeric' }]);
    const batches: BatchStore = store.batches;
    const before = events(0, 0);
    await batches.write(eventBatch('before', before));

    const room: BaselineRoom = baselines;
    const options = BaselineOptions.parse({ exclude: ['id'] });
    const summary = await room.create('m', { path, name: 'train.csv' }, options);
    expect(summary).toMatchObject({ active: true, rows: 2_000, signal_count: 2 });
    const baseline = room.get(summary.id)!;
    const plans: PlanSource = baselines.plans;
    const epoch = plans.current().epoch;
    expect(epoch).toBeGreaterThan(0);
    expect(plans.at(0)!.models.get('m')!.baseline).toBeNull();
    expect(plans.current().models.get('m')).toMatchObject({ baseline: baseline.id, segmentTags: ['region'] });
    expect(plans.current()).toBe(plans.current());
    expect(plans.at(epoch + 1)).toBeNull();
    await counted(baselines, baseline.id);

    const bin = compileNumericBinner(baseline.signals[0]!);
    const expected = new Array<number>(baseline.signals[0]!.counts.length).fill(0);
    for (const event of before) expected[bin(event.numeric[0])]!++;
    expect(await totalOf(store, baseline)).toEqual(expected);
    expect((await totalOf(store, baseline, 'region=eu')).reduce((a, b) => a + b, 0)).toBe(300);

    // The same file under another name is the same baseline; another file is another one.
    const again = await room.create('m', { path, name: 'copy.csv' }, options);
    expect(again.id).toBe(baseline.id);
    expect(room.list()).toHaveLength(1);
    writeFileSync(
      path,
      `x,city\n${rows.map((row) => row.replace(/,\d+$/, '').replace(/^\d/, '9')).join('\n')}\n`,
    );
    const other = await room.create('m', { path, name: 'other.csv' }, BaselineOptions.parse({}));
    await counted(baselines, other.id);
    expect(room.active('m')!.id).toBe(other.id);

    // Events counted by nobody under the first baseline, then a restart, then the first baseline once more.
    const late = events(600, plans.current().epoch);
    await store.batches.write(eventBatch('late', late));
    for (const close of open.splice(0)) await close();
    ({ store, baselines } = await start());
    expect(baselines.active('m')!.id).toBe(other.id);
    expect(baselines.list().map((one) => [one.id, one.active])).toEqual([
      [other.id, true],
      [baseline.id, false],
    ]);
    await baselines.activate(baseline.id);
    await counted(baselines, baseline.id);
    for (const event of late) expected[bin(event.numeric[0])]!++;
    expect(await totalOf(store, baseline)).toEqual(expected);
    expect(baselines.plans.at(epoch)!.models.get('m')!.baseline).toBe(baseline.id);
  });

  it('waits with counting for batches that were begun under the older plan', async () => {
    const { store, baselines } = await start();
    const [first, second] = baselines.list();
    const older = baselines.plans.current().epoch;
    baselines.plans.inFlight('kafka', older);
    const target = first!.active ? second! : first!;
    await baselines.activate(target.id);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(baselines.list().find((one) => one.id === target.id)!.rebin).toMatchObject({
      state: 'running',
      progress: 0,
    });
    const last = events(1_200, older);
    await store.batches.write(eventBatch('in flight', last));
    baselines.plans.inFlight('kafka', null);
    await counted(baselines, target.id);
    const sum = (await totalOf(store, baselines.get(target.id)!)).reduce((a, b) => a + b, 0);
    expect(sum).toBe(1_800);
    await store.close();
    open.length = 0;
    rmSync(directory, { recursive: true, force: true });
  });

  it('reach other processes whole, and are counted by the one that evaluates', async () => {
    const data = temporaryDirectory();
    const path = join(data, 'train.csv');
    writeFileSync(path, `x\n${Array.from({ length: 500 }, (_, i) => i % 50).join('\n')}\n`);
    const log = memoryLogger();
    const store = await openStore({ dataDir: join(data, 'store'), memoryMib: 512 }, log);
    store.usePlans((model) => ({ model, baseline: null, signals: [], segmentTags: [] }));
    const heard: string[] = [];
    let between: (() => Promise<unknown>) | null = null;
    const meanwhile = async () => {
      const work = between;
      between = null;
      await work?.();
    };
    const rooms = await Promise.all(
      [0, 1].map((i) =>
        openBaselineRoom({
          store: {
            save: store.baselines.save,
            load: async (known) => {
              if (i === 1) await meanwhile();
              return store.baselines.load(known);
            },
          },
          journal: {
            append: store.journal.append,
            replay: async (kinds, page) => {
              if (i === 1) await meanwhile();
              return store.journal.replay(kinds, page);
            },
          },
          openFile: store.openFile,
          rebin: store.counting.rebin,
          oldestInFlight: () => null,
          activated: (model, baseline) => heard.push(`${i} ${model} ${baseline.id}`),
          logger: log,
          clock: () => NOW,
        }),
      ),
    );
    const [serving, evaluating] = rooms as [(typeof rooms)[0], (typeof rooms)[0]];
    open.push(async () => {
      for (const room of rooms) await room.stop();
      await store.close();
    });
    evaluating.resume();

    // Made and activated while the other one looks: before it reads the journal, then before it reads baselines.
    for (const model of ['early', 'late']) {
      const create = () =>
        serving.create(model, { path, name: 'train.csv' }, BaselineOptions.parse({ activate: true }));
      if (model === 'early') between = create;
      else
        between = async () => {
          between = create;
        };
      await evaluating.refresh();
      // One look may come too early to see it; then it sees nothing of it.
      const seen = evaluating.list(model).filter((one) => one.active).length;
      expect(evaluating.active(model) === null).toBe(seen === 0);
      await evaluating.refresh();
      const id = serving.active(model)!.id;
      expect(heard.filter((line) => line === `1 ${model} ${id}`)).toHaveLength(1);
      // The one that serves leaves the counting to the one that evaluates, and hears when it is done.
      expect(serving.list(model)[0]!.rebin).toMatchObject({ state: 'idle' });
      for (let i = 0; i < 200 && evaluating.list(model)[0]!.rebin?.state !== 'done'; i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
      await serving.refresh();
      expect(serving.list(model)[0]!.rebin).toMatchObject({ state: 'done' });
    }
  });

  it('refuses a file that is none with the reason of the reader', async () => {
    const path = join(temporaryDirectory(), 'image.parquet');
    writeFileSync(path, Buffer.from('89504e470d0a1a0a', 'hex'));
    const { baselines } = await start();
    const failure = await baselines
      .create('m', { path, name: 'image.parquet' }, BaselineOptions.parse({}))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'BaselineError', code: 'wrong_format' });
    await expect(baselines.activate('nobody')).rejects.toMatchObject({ code: 'baseline_not_found' });
  });
});
