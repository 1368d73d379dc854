import { beforeAll, describe, expect, it } from 'vitest';
import { eventBatch, histogramRows, testBaseline, withStore } from '../testing.js';

const held = withStore();
const MINUTE = 60_000;
const HOUR = 3_600_000;
const START = Math.floor(Date.now() / HOUR) * HOUR - 4 * HOUR;
const baseline = testBaseline('m');
const slice = { model: 'm', segment: '', from: START, to: START + HOUR };

beforeAll(async () => {
  const common = { model: 'm', baseline: 'b1' };
  await held.store.batches.write({
    ...eventBatch('counts', []),
    tables: [
      histogramRows([
        { ...common, signal: 'x', minute: START, bins: { 0: 1, 2: 5 } },
        { ...common, signal: 'x', minute: START, bins: { 2: 2, 5: 1 } },
        { ...common, signal: 'x', minute: START + 10 * MINUTE, bins: { 3: 4 } },
        { ...common, signal: 'x', version: 'v2', minute: START + 10 * MINUTE, bins: { 3: 100 } },
        { ...common, signal: 'city', minute: START, bins: { 1: 3, 4: 2 } },
        { ...common, signal: 'x', segment: 'region=eu', minute: START, bins: { 2: 3 } },
        { ...common, signal: 'x', segment: 'region=us', minute: START, bins: { 2: 4 } },
        { ...common, baseline: 'old', signal: 'x', minute: START, bins: { 2: 999 } },
        { ...common, signal: 'x', minute: START + HOUR, bins: { 2: 999 } },
      ]),
    ],
  });
});

describe('counts', () => {
  it('are dense in the layout of the baseline, of all versions or one', async () => {
    const all = await held.store.reads.counts(slice, baseline);
    expect(all.get('x')).toEqual([1, 0, 7, 104, 0, 1]);
    expect(all.get('city')).toEqual([0, 3, 0, 0, 2]);
    expect(all.get('@prediction')).toEqual([0, 0, 0, 0, 0]);
    const one = await held.store.reads.counts({ ...slice, version: 'v1' }, baseline, ['x']);
    expect([...one]).toEqual([['x', [1, 0, 7, 4, 0, 1]]]);
  });

  it('over time leave out empty buckets', async () => {
    const found = await held.store.reads.countsOverTime({ ...slice, version: 'v1' }, baseline, 'x', 12);
    expect(found).toEqual([
      { t: START, counts: [1, 0, 7, 0, 0, 1] },
      { t: START + 10 * MINUTE, counts: [0, 0, 0, 4, 0, 0] },
    ]);
  });

  it('by segment come largest first', async () => {
    expect(await held.store.reads.countsBySegment(slice, baseline, 'x', 'region')).toEqual([
      { segment: 'region=us', counts: [0, 0, 4, 0, 0, 0] },
      { segment: 'region=eu', counts: [0, 0, 3, 0, 0, 0] },
    ]);
  });

  it('for evaluation come whole and by bucket', async () => {
    const { evaluation } = held.store;
    const fleet = await evaluation.fleetHistograms(
      [
        { model: 'm', baseline },
        { model: 'nobody', baseline },
      ],
      START,
      START + HOUR,
    );
    expect(new Set(fleet.map(({ model }) => model))).toEqual(new Set(['m']));
    const whole = fleet.find(({ version, segment }) => version === 'v1' && segment === '')!.counts;
    expect(whole.get('x')).toEqual([1, 0, 7, 4, 0, 1]);
    const other = await evaluation.fleetHistograms(
      [{ model: 'm', baseline: { ...baseline, id: 'other' } }],
      START,
      START + HOUR,
    );
    expect(other).toEqual([]);
    const buckets = await evaluation.histogramBuckets(
      'm',
      baseline,
      'v1',
      '',
      START,
      START + HOUR,
      10 * MINUTE,
    );
    expect([...buckets.keys()].sort()).toEqual([START, START + 10 * MINUTE]);
    expect(buckets.get(START)!.get('x')).toEqual([1, 0, 7, 0, 0, 1]);
    expect(buckets.get(START)!.get('city')).toEqual([0, 3, 0, 0, 2]);
    expect(buckets.get(START + 10 * MINUTE)!.get('x')).toEqual([0, 0, 0, 4, 0, 0]);
  });

  it('of detectors keep the newest state', async () => {
    const { evaluation } = held.store;
    await evaluation.saveDetectors(
      'm',
      new Map([
        ['v1//x', '{"a":1}'],
        ['v1//y', 'y'],
      ]),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await evaluation.saveDetectors('m', new Map([['v1//x', '{"a":2}']]));
    expect(new Map([...(await evaluation.loadDetectors(['m', 'nobody'])).get('m')!].sort())).toEqual(
      new Map([
        ['v1//x', '{"a":2}'],
        ['v1//y', 'y'],
      ]),
    );
  });
});
