import { beforeAll, describe, expect, it } from 'vitest';
import { eventBatch, eventRows, labelRows, testEvent, trafficRows, withStore } from '../testing.js';

const held = withStore();
const NOW = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
const range = { from: NOW - 3_600_000, to: NOW + 3_600_000 };

beforeAll(async () => {
  await held.store.features.append('m', [
    { name: 'x', kind: 'numeric' },
    { name: 'y', kind: 'numeric' },
    { name: 'city', kind: 'categorical' },
  ]);
  const events = Array.from({ length: 10 }, (_, i) =>
    testEvent({
      id: `e${i}`,
      ts: NOW + i,
      numeric: i === 9 ? [i] : [i, i === 4 ? Number.NaN : i * 10],
      categorical: i % 2 ? ['Oslo'] : i === 2 ? [null] : ["Ber'lin"],
      prediction: i / 10,
      score: i >= 5 ? 0.9 : 0.2,
      predictionClass: null,
      tags: { region: i < 5 ? 'eu' : 'us' },
      offset: i,
    }),
  );
  const classes = Array.from({ length: 8 }, (_, i) =>
    testEvent({
      model: 'c',
      id: `c${i}`,
      ts: NOW + i,
      predictionClass: i < 4 ? 'true' : 'false',
      score: i < 4 ? 0.8 : 0.3,
      offset: i,
    }),
  );
  await held.store.batches.write({
    ...eventBatch('events', events),
    tables: [
      eventRows(events),
      labelRows([
        { model: 'm', id: 'e1', ts: NOW + 100, number: 0.3 },
        { model: 'm', id: 'e2', ts: NOW + 100, number: 5 },
        { model: 'm', id: 'e2', ts: NOW + 200, number: 0.1 },
        ...classes.slice(0, 6).map((e, i) => ({
          model: 'c',
          id: e.id,
          ts: NOW + 50,
          class: i < 3 || i === 5 ? 'true' : 'false',
        })),
      ]),
    ],
  });
  await held.store.batches.write({ ...eventBatch('classes', classes), tables: [eventRows(classes)] });
  await held.store.batches.write({
    ...eventBatch('traffic', []),
    tables: [
      trafficRows([
        { model: 'm', minute: NOW, requests: 10 },
        { model: 'm', minute: NOW, segment: 'region=eu', requests: 5 },
      ]),
    ],
  });
});

const ask = { model: 'm', ...range, tags: [], features: [], limit: 100 };

describe('raw events', () => {
  it('come newest first, page by page, without a gap or a repeat', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await held.store.reads.events({ ...ask, limit: 3, ...(cursor && { cursor }) });
      expect(page.matched).toBe(10);
      seen.push(...page.events.map((event) => event.id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['e9', 'e8', 'e7', 'e6', 'e5', 'e4', 'e3', 'e2', 'e1', 'e0']);
  });

  it('carry features by name without the missing ones, and the newest label', async () => {
    const { events } = await held.store.reads.events({ ...ask, id: 'e2' });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      features: { x: 2, y: 20 },
      label: 0.1,
      prediction: 0.2,
      tags: { region: 'eu' },
    });
    expect(Object.keys(events[0]!.features)).toEqual(['x', 'y']);
    const labelled = await held.store.reads.events({ ...ask, model: 'c', id: 'c0' });
    expect(labelled.events[0]).toMatchObject({ label: 'true', prediction: 'true' });
  });

  it.each([
    [[{ name: 'y', op: '>=' as const, value: '70' }], ['e8', 'e7']],
    [[{ name: 'y', op: 'missing' as const, value: '' }], ['e9', 'e4']],
    [[{ name: 'city', op: '=' as const, value: "Ber'lin" }], ['e8', 'e6', 'e4', 'e0']],
    [[{ name: 'city', op: 'missing' as const, value: '' }], ['e2']],
    [[{ name: 'nobody', op: '=' as const, value: '1' }], []],
    [[{ name: 'x', op: '<' as const, value: 'abc' }], []],
    [
      [
        { name: 'x', op: '<' as const, value: '2' },
        { name: 'city', op: '!=' as const, value: 'Oslo' },
      ],
      ['e0'],
    ],
  ])('filter by features %j', async (features, ids) => {
    const { events, matched } = await held.store.reads.events({ ...ask, features });
    expect(events.map((event) => event.id)).toEqual(ids);
    expect(matched).toBe(ids.length);
  });

  it('filter by tag', async () => {
    const { events } = await held.store.reads.events({ ...ask, tags: [{ tag: 'region', value: 'us' }] });
    expect(events).toHaveLength(5);
  });

  it('give nothing for a cursor that is none', async () => {
    expect((await held.store.reads.events({ ...ask, cursor: 'rubbish' })).events).toEqual([]);
  });
});

describe('performance', () => {
  it('joins labels by id: errors of numbers, on the newest label', async () => {
    const [mae] = await held.store.reads.series({
      model: 'm',
      segment: '',
      ...range,
      metrics: ['mae'],
      points: 2,
    });
    const point = mae!.points.find((p) => p.n > 0)!;
    expect(point.n).toBe(2);
    expect(point.value).toBeCloseTo((0.2 + 0.1) / 2, 12);
    const [bias] = await held.store.reads.series({
      model: 'm',
      segment: '',
      ...range,
      metrics: ['bias'],
      points: 2,
    });
    expect(bias!.points.find((p) => p.n > 0)!.value).toBeCloseTo((-0.2 + 0.1) / 2, 12);
  });

  it('counts classes: accuracy, precision, recall, F1, AUC and coverage', async () => {
    const [window] = await held.store.facts.operational('c', NOW, NOW + 60_000);
    expect(window).toBeUndefined();
    await held.store.batches.write({
      ...eventBatch('traffic-c', []),
      tables: [trafficRows([{ model: 'c', minute: NOW, requests: 8 }])],
    });
    const windows = await held.store.facts.operational('c', NOW, NOW + 60_000);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ requests: 8, labelled: 6 });
    // Guesses TTTTFF against labels TTTFFT: 3 true positives, 1 false positive, 1 false negative.
    const { performance } = windows[0]!;
    expect(performance.accuracy).toBeCloseTo(4 / 6, 12);
    expect(performance.precision).toBeCloseTo(3 / 4, 12);
    expect(performance.recall).toBeCloseTo(3 / 4, 12);
    expect(performance.f1).toBeCloseTo(3 / 4, 12);
    // Pairs positive × negative: 3 × (0.8 vs 0.8 = ½, 0.8 vs 0.3 = 1), 0.3 vs 0.8 = 0, 0.3 vs 0.3 = ½.
    expect(performance.auc).toBeCloseTo((3 * 1.5 + 0.5) / 8, 12);
    expect(performance.label_coverage).toBeCloseTo(6 / 8, 12);
    expect(performance.estimated_accuracy).toBeCloseTo((4 * 0.8 + 4 * 0.7) / 8, 12);
    const sums = windows[0]!.performanceSums!;
    expect(sums).toMatchObject({
      classified: 6,
      correct: 4,
      tp: 3,
      fp: 1,
      fn: 1,
      positives: 4,
      negatives: 2,
    });
    expect(sums).toMatchObject({ estimable: 8, regression: 0, signed3: 0, power6: 0 });
    expect(sums.estimated2).toBeCloseTo(4 * 0.8 ** 2 + 4 * 0.7 ** 2, 12);
    expect(sums.estimated3).toBeCloseTo(4 * 0.8 ** 3 + 4 * 0.7 ** 3, 12);
  });
});

describe('summaries', () => {
  it('tell a model in one row', async () => {
    await held.store.outcomes.pass();
    const found = await held.store.reads.summaries(range, ['m', 'nobody']);
    expect(found.get('m')).toMatchObject({
      versions: ['v1'],
      events: 10,
      errors: 0,
      labelCoverage: 0.2,
      firstEvent: NOW,
      lastEvent: NOW + 9,
    });
    expect(found.get('m')!.traffic.filter((n) => n !== null)).toEqual([10]);
    expect(found.get('nobody')).toMatchObject({ events: 0, firstEvent: null, labelCoverage: null });
  });

  it('know models, segments, spans and sizes', async () => {
    expect(await held.store.reads.models()).toEqual(['c', 'm']);
    expect(await held.store.reads.segments('m')).toEqual(['region=eu']);
    expect(await held.store.evaluation.spans(['m', 'nobody'])).toEqual(
      new Map([['m', { first: NOW, last: NOW + 9 }]]),
    );
    expect(await held.store.evaluation.activeSlices('m', NOW, NOW + 60_000)).toEqual([
      { version: 'v1', segment: '', events: 10 },
      { version: 'v1', segment: 'region=eu', events: 5 },
    ]);
    const sizes = new Map((await held.store.reads.tables()).map((row) => [row.table, row]));
    expect(sizes.get('events')).toMatchObject({ rows: 18 });
    expect(sizes.get('events')!.bytes).toBeGreaterThan(0);
    expect(sizes.get('journal')).toMatchObject({ rows: 0 });
  });

  it('mark first events of versions, deploys and baselines', async () => {
    await held.store.journal.append([
      { at: NOW + 1_000, kind: 'deploy', model: 'm', body: { text: 'v2 rolled out' } },
      { at: NOW + 2_000, kind: 'baseline_activated', model: 'm', body: { baseline: 'b1', name: 'January' } },
      { at: NOW + 3_000, kind: 'alert', model: 'm', body: {} },
    ]);
    const found = await held.store.reads.markers('m', range);
    expect(found.map((m) => [m.kind, m.text])).toEqual([
      ['version', 'version v1'],
      ['deploy', 'v2 rolled out'],
      ['baseline', 'baseline January'],
    ]);
  });
});
