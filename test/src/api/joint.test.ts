import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Baseline,
  BaselineSummary,
  EventPage,
  HistogramPair,
  IngestAnswer,
  SignalList,
  type Verdict,
  VerdictList,
} from '@leeway/contract';
import { Session } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, eventually, startCollector } from '../support/collector.js';
import { baselineForm, randomOf } from '../support/samples.js';

const MINUTE = 60_000;
const ROWS = 2_000;
const directory = mkdtempSync(join(tmpdir(), 'leeway-joint-'));

let collector: Collector;
let end: number;
const baselines: Record<string, Baseline> = {};

/** Standard normal numbers, near enough. */
function normalOf(random: () => number): () => number {
  return () => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
}

type Row = Record<string, number | number[]>;

/** Five numbers of which the first three go together with correlation ρ; each alone is always the same. */
function together(rho: number, seed: number): () => Row {
  const normal = normalOf(randomOf(seed));
  return () => {
    const common = normal() * Math.sqrt(rho);
    const tied = () => common + normal() * Math.sqrt(1 - rho);
    return {
      a: 50 + 5 * tied(),
      b: tied() / 1000,
      c: 1e6 * tied(),
      d: Math.round(normal() * 3),
      e: normal(),
    };
  };
}

/** Vectors around five topics, `strange` of them around a sixth, and a number that never changes its distribution. */
function texts(strange: number, seed: number): () => Row {
  const random = randomOf(seed);
  const normal = normalOf(random);
  const places = normalOf(randomOf(99));
  const topics = Array.from({ length: 6 }, () => Array.from({ length: 24 }, places));
  return () => {
    const topic = random() < strange ? topics[5]! : topics[Math.floor(random() * 5)]!;
    return { v: topic.map((x) => x / 2 + normal() / 3), length: Math.round(200 + 40 * normal()) };
  };
}

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

function csvOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]!);
  return `${names.join(',')}\n${rows.map((row) => names.map((name) => row[name]).join(',')).join('\n')}\n`;
}

/** CSV has no vectors, so that file is made with the engine that reads it. */
function parquetOf(rows: readonly Row[]): Uint8Array<ArrayBuffer> {
  const [text, file] = [join(directory, 'rows.tsv'), join(directory, 'rows.parquet')];
  writeFileSync(text, rows.map((row) => `[${(row.v as number[]).join(',')}]\t${row.length}\n`).join(''));
  const session = new Session();
  session.query(
    `INSERT INTO FUNCTION file('${file}', Parquet) SELECT * FROM file('${text}', TSV, 'v Array(Float64), length Float64')`,
  );
  session.close();
  return new Uint8Array(readFileSync(file));
}

async function train(model: string, content: string | Uint8Array<ArrayBuffer>, options: object = {}) {
  const name = typeof content === 'string' ? 'train.csv' : 'train.parquet';
  const made = await collector.ask(`/models/${model}/baselines`, {
    method: 'POST',
    body: baselineForm(content, name, options),
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id } = BaselineSummary.parse(made.body);
  baselines[model] = Baseline.parse((await collector.ask(`/baselines/${id}`)).body);
}

/** Four windows of ten minutes: three as in training, the last one different. */
async function send(model: string, usual: () => Row, changed: () => Row): Promise<void> {
  const events = [3, 2, 1, 0].flatMap((back) =>
    Array.from({ length: ROWS }, (_, i) => ({
      model,
      version: '1',
      id: `${back}-${i}`,
      ts: end - (back + 1) * 10 * MINUTE + Math.floor((i * 10 * MINUTE) / ROWS),
      features: (back === 0 ? changed : usual)(),
    })),
  );
  for (let i = 0; i < events.length; i += 1_000) {
    const answer = await collector.ask('/events', { json: events.slice(i, i + 1_000) });
    expect(IngestAnswer.parse(answer.body)).toMatchObject({ accepted: 1_000, rejected_count: 0 });
  }
}

async function watch(model: string): Promise<void> {
  const settings = { window_ms: 10 * MINUTE, step_ms: 10 * MINUTE, author: 'test' };
  expect((await collector.ask(`/models/${model}/settings`, { method: 'PUT', json: settings })).status).toBe(
    200,
  );
}

/** All verdicts once every window is judged whole. */
async function judged(model: string): Promise<Verdict[]> {
  return eventually(
    async () => {
      const list = VerdictList.parse(
        (await collector.ask(`/models/${model}/verdicts?from=now-3h&limit=20000`)).body,
      );
      const whole = list.verdicts.filter((one) => one.n_current === ROWS);
      return whole.length === 4 * baselines[model]!.signals.length ? whole : null;
    },
    60_000,
    `the verdicts of ${model}`,
  );
}

beforeAll(async () => {
  collector = await startCollector();
  end = Math.floor(Date.now() / (10 * MINUTE)) * 10 * MINUTE;
  const training = csvOf(times(8_000, together(0.7, 1)));
  const events = () => [together(0.7, 2), together(0, 3)] as const;
  await train('pairs', training);
  await watch('pairs');
  await send('pairs', ...events());
  // The same events, but the baseline comes after them: they are counted by the store and not as they arrive.
  await send('late', ...events());
  await watch('late');
  await train('late', training);
  await train('texts', parquetOf(times(6_000, texts(0, 4))));
  await watch('texts');
  await send('texts', texts(0, 5), texts(0.2, 6));
}, 180_000);

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  expect(await collector?.stop()).toBe(0);
});

const newest = (all: readonly Verdict[]) => all.filter((one) => Date.parse(one.window_end) === end);
const earlier = (all: readonly Verdict[]) => all.filter((one) => Date.parse(one.window_end) < end);
const alarms = (all: readonly Verdict[]) =>
  all.filter((one) => ['moderate', 'significant', 'drifting'].includes(one.verdict)).map((one) => one.signal);

describe('a change of correlation alone', () => {
  it('leaves every feature stable and makes the joint signal significant', async () => {
    const all = await judged('pairs');
    expect(alarms(newest(all))).toEqual(['@multivariate']);
    const found = newest(all).find((one) => one.signal === '@multivariate')!;
    expect(found).toMatchObject({
      verdict: 'significant',
      kind: 'numeric',
      role: 'joint',
      missing_current: 0,
    });
    expect(found.direction?.text).toMatch(/^rows lie farther from the baseline's cloud/);
    expect(newest(all).filter((one) => one.verdict === 'stable')).toHaveLength(5);
  });

  it('is no alarm while rows are as in training', async () => {
    const all = earlier(await judged('pairs'));
    expect(all).toHaveLength(18);
    expect(alarms(all)).toEqual([]);
  });

  it('is counted by the store, for a later baseline, in the very same bins', async () => {
    await judged('late');
    const bins = async (model: string) => {
      const [from, to] = [end - 40 * MINUTE, end].map((ms) => new Date(ms).toISOString());
      const query = `from=${from}&to=${to}&signal=${encodeURIComponent('@multivariate')}`;
      const pair = HistogramPair.parse((await collector.ask(`/models/${model}/histograms?${query}`)).body);
      expect(pair.n_current).toBe(4 * ROWS);
      return pair.fine;
    };
    expect(await bins('late')).toEqual(await bins('pairs'));
  });

  it('has a baseline of rows that its reference was not fitted on', () => {
    const joint = baselines.pairs!.signals.find((one) => one.signal === '@multivariate')!;
    expect(joint.joint?.signals).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(joint.rows).toBeGreaterThan(3_700);
    expect(joint.rows).toBeLessThan(4_300);
    expect(joint.counts.reduce((a, b) => a + b, 0)).toBe(joint.rows);
  });

  it('shows in the list of signals; its events can be looked at', async () => {
    const list = SignalList.parse((await collector.ask('/models/pairs/signals?from=now-3h')).body);
    expect(list.signals.find((one) => one.signal === '@multivariate')).toMatchObject({ in_baseline: true });
    const page = await collector.ask('/models/pairs/events?from=now-3h&limit=5');
    expect(EventPage.parse(page.body).events).toHaveLength(5);
  });

  it('is not watched where the operator says so, and where there is nothing to fit', async () => {
    await train('without', csvOf(times(500, together(0.7, 8))), { multivariate: false, activate: false });
    await train('few', csvOf(times(60, together(0.7, 9))), { activate: false });
    const why = (model: string) => baselines[model]!.left_out.find((one) => one.column === '@multivariate');
    expect(why('without')).toMatchObject({ code: 'excluded', message: 'switched off as asked' });
    expect(why('few')).toMatchObject({ code: 'too_few_rows' });
    expect(why('few')?.message).toMatch(/^takes 100 complete rows .* 5 features .*, and \d\d are there/);
    expect(why('texts')?.message).toBe('takes two numeric features or more, and there is one');
    expect(why('pairs')).toBeUndefined();
  });
});

describe('embeddings about something new', () => {
  it('are significant, and say which regions gained', async () => {
    const all = await judged('texts');
    expect(alarms(newest(all))).toEqual(['v']);
    const found = newest(all).find((one) => one.signal === 'v')!;
    expect(found).toMatchObject({ verdict: 'significant', kind: 'embedding' });
    expect(found.direction?.text).toMatch(/region|farther out/);
    expect(alarms(earlier(all))).toEqual([]);
  });

  it('are counted over the regions of training', () => {
    const signal = baselines.texts!.signals.find((one) => one.signal === 'v')!;
    expect(signal.embedding?.dimensions).toBe(24);
    expect(signal.embedding!.centroids.length).toBeGreaterThanOrEqual(5);
    expect(signal.edges).toHaveLength(2 * signal.embedding!.centroids.length - 1);
  });
});
