import { type Baseline, type BaselineSignal, DEFAULT_SETTINGS, type ModelSettings } from '@leeway/contract';
import { FINE_BINS } from '@leeway/stats';
import { pino } from 'pino';
import { openStore, type Store } from '../../apps/collector/src/store/open.js';
import { rollUp, seedHistograms, seedTraffic } from '../../apps/collector/src/store/seeding/seed-counts.js';
import {
  seedBaselines,
  seedEvents,
  seedVerdicts,
} from '../../apps/collector/src/store/seeding/seed-events.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What lies in the store; the names are those that the pages are opened with. */
export const SEEDED = {
  models: 1_000,
  fleetSignals: 50,
  wide: 'wide',
  wideFeatures: 200,
  wideDays: 30,
  /** Events a minute of `wide`, and hours of which it has raw events. */
  widePerMinute: 60,
  wideEventHours: 24,
  busy: 'busy',
  busyEvents: 700_000,
  retainDays: { events: 30, minutes: 4, hours: 730 },
} as const;

/** Fills a data directory with a fleet, a wide model and a busy one. `say` hears how far it is. */
export async function seedStore(dataDir: string, now: number, say: (text: string) => void): Promise<void> {
  const store = await openStore(
    { dataDir, memoryMib: 4_096, retainDays: SEEDED.retainDays },
    pino({ level: 'warn' }, pino.destination(2)),
  );
  const to = Math.floor(now / HOUR) * HOUR;
  try {
    await seedFleet(store, to, say);
    await seedWide(store, to, say);
    await seedBusy(store, to, say);
  } finally {
    await store.close();
  }
}

async function seedFleet(store: Store, to: number, say: (text: string) => void): Promise<void> {
  const { background } = store.lanes;
  const names = Array.from({ length: SEEDED.models }, (_, i) => `fleet-${String(i).padStart(4, '0')}`);
  const signals = namesOf(SEEDED.fleetSignals);
  say(`${names.length} models: a day of traffic and latency by the minute`);
  await seedTraffic(background, names, { from: to - DAY, to }, 20);
  say(`${names.length} models: verdicts of ${signals.length} signals`);
  const verdicts = { signals, windowMs: HOUR, rows: 1_200, driftOneIn: 400, baselinePrefix: 'bench-' };
  for (let i = 0; i < names.length; i += 250)
    await seedVerdicts(background, { ...verdicts, models: names.slice(i, i + 250) }, { from: to - DAY, to });
  say(`${names.length} models: baselines`);
  const template = signals.map(signalBins);
  await seedBaselines(
    background,
    names.map((model) => baselineOf(model, template, to - 40 * DAY)),
  );
  await activate(store, names, to);
}

async function seedWide(store: Store, to: number, say: (text: string) => void): Promise<void> {
  const { background } = store.lanes;
  const model = SEEDED.wide;
  const signals = namesOf(SEEDED.wideFeatures);
  const hours = { from: to - SEEDED.wideDays * DAY, to };
  const minutes = { from: to - (SEEDED.retainDays.minutes - 1) * DAY, to };
  const events = { from: to - SEEDED.wideEventHours * HOUR, to };
  say(`${model}: ${signals.length} features, ${SEEDED.wideDays} days of counts`);
  await seedTraffic(background, [model], minutes, SEEDED.widePerMinute);
  await seedHistograms(
    background,
    { model, baseline: `bench-${model}`, signals, bins: FINE_BINS, perMinute: SEEDED.widePerMinute },
    hours,
    minutes,
  );
  await rollUp(background, [model], minutes);
  const verdicts = { signals, windowMs: HOUR, rows: 3_600, driftOneIn: 20, baselinePrefix: 'bench-' };
  await seedVerdicts(background, { ...verdicts, models: [model] }, hours);
  say(`${model}: raw events of ${SEEDED.wideEventHours} hours`);
  const count = SEEDED.wideEventHours * 60 * SEEDED.widePerMinute;
  await seedEvents(background, { model, events: count, features: signals.length, labelled: 80 }, events);
  await store.features.append(
    model,
    signals.map((name) => ({ name, kind: 'numeric' })),
  );
  await store.baselines.save(baselineOf(model, signals.map(signalBins), hours.from));
  await activate(store, [model], to);
}

/** As many events in a day as the demo sees, four in five of them with a label. */
async function seedBusy(store: Store, to: number, say: (text: string) => void): Promise<void> {
  const model = SEEDED.busy;
  say(`${model}: ${SEEDED.busyEvents} events of a day with labels`);
  const signals = namesOf(5);
  const span = { from: to - DAY, to };
  await store.features.append(
    model,
    signals.map((name) => ({ name, kind: 'numeric' })),
  );
  const bins = signals.map(signalBins);
  await store.baselines.save(baselineOf(model, bins, to - 40 * DAY));
  await activate(store, [model], to);
  await seedEvents(
    store.lanes.background,
    { model, events: SEEDED.busyEvents, features: signals.length, labelled: 80 },
    span,
  );
  // Its counts come from the store's own rebuilding.
  store.usePlans((name) =>
    name === model ? { model, baseline: `bench-${model}`, signals: bins, segmentTags: ['region'] } : null,
  );
  await store.counting.audit(model, span, true);
  await rollUp(store.lanes.background, [model], span);
  const verdicts = { signals, windowMs: HOUR, rows: 29_000, driftOneIn: 3, baselinePrefix: 'bench-' };
  await seedVerdicts(store.lanes.background, { ...verdicts, models: [model] }, span);
}

/** Settings and activation of each model, and that its events are counted already. */
async function activate(store: Store, models: readonly string[], at: number): Promise<void> {
  const settings: ModelSettings = {
    ...DEFAULT_SETTINGS,
    step_ms: HOUR,
    segment_tags: models.includes(SEEDED.busy) ? ['region'] : [],
  };
  const entry = (kind: string, model: string, body: object) => ({ at, kind, model, body });
  const activated = await store.journal.append(
    models.flatMap((model) => [
      entry('settings', model, { settings, author: 'bench' }),
      entry('baseline_activated', model, { baseline: `bench-${model}`, name: 'train' }),
    ]),
  );
  await store.journal.append(
    activated
      .filter(({ kind }) => kind === 'baseline_activated')
      .map(({ seq, model }) => entry('baseline_rebinned', model, { baseline: `bench-${model}`, epoch: seq })),
  );
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `feature_${String(i).padStart(3, '0')}`);
}

/** Values spread evenly over 0..100 on as many bins as a baseline from a file has. */
function signalBins(signal: string): BaselineSignal {
  const edges = Array.from({ length: FINE_BINS - 1 }, (_, i) => ((i + 1) * 100) / FINE_BINS);
  const counts = [1_000, 0, ...edges.map(() => 825), 825, 0];
  return {
    signal,
    kind: 'numeric',
    role: 'feature',
    edges,
    min: 0,
    max: 100,
    categories: [],
    counts,
    rows: counts.reduce((sum, n) => sum + n, 0),
    mean: 50,
    std: 28.9,
    quantiles: [1, 5, 25, 50, 75, 95, 99],
    phi: 1,
    importance: null,
    seasonal: null,
  };
}

function baselineOf(model: string, signals: BaselineSignal[], at: number): Baseline {
  return {
    id: `bench-${model}`,
    model,
    name: 'train',
    created_at: new Date(at).toISOString(),
    rows: 100_000,
    source: { file: 'train.parquet', format: 'parquet', bytes: 40_000_000 },
    signals,
    left_out: [],
    warnings: [],
    latency: { p50: 32, p95: 58, p99: 80, rows: 100_000 },
    performance: null,
    span: null,
  };
}
