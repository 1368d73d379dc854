import {
  Baseline,
  BaselineSummary,
  DistributionOverTime,
  EventPage,
  HeatMap,
  HistogramPair,
  IngestAnswer,
  ModelDetail,
  ModelList,
  SegmentList,
  SeriesList,
  SignalList,
  SliceComparison,
  StatusReport,
  type Verdict,
  VerdictList,
} from '@leeway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Collector, eventually, startCollector } from '../support/collector.js';
import { baselineForm, sampleEvents, trainingCsv } from '../support/samples.js';

const MINUTE = 60_000;
const MODEL = 'churn-Größe 模型';
const at = `/models/${encodeURIComponent(MODEL)}`;
const drifting = 'region=north';

/** One collector, one model: an hour of traffic of which the last ten minutes moved, in one region only. */
let collector: Collector;
let end: number;
let sent = 0;

beforeAll(async () => {
  collector = await startCollector();
  end = Math.floor(Date.now() / MINUTE) * MINUTE;
  const made = await collector.ask(`${at}/baselines`, {
    method: 'POST',
    body: baselineForm(trainingCsv(), 'train.csv'),
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(BaselineSummary.parse(made.body).active).toBe(true);
  const settings = await collector.ask(`${at}/settings`, {
    method: 'PUT',
    json: { window_ms: 10 * MINUTE, step_ms: MINUTE, segment_tags: ['region'], author: 'test' },
  });
  expect(settings.status, JSON.stringify(settings.body)).toBe(200);
  const north = (scale: number, from: number, to: number, seed: number) =>
    sampleEvents({ model: MODEL, from, to, count: 2_000, scale, seed, tags: () => ({ region: 'north' }) });
  const events = [
    ...north(1, end - 60 * MINUTE, end - 10 * MINUTE, 1),
    ...north(1.6, end - 10 * MINUTE, end, 2),
    ...sampleEvents({
      model: MODEL,
      version: '2',
      from: end - 30 * MINUTE,
      to: end,
      count: 3_000,
      seed: 3,
      tags: () => ({ region: 'south' }),
    }),
  ];
  sent = events.length;
  for (let i = 0; i < events.length; i += 1_000) {
    const answer = await collector.ask('/events', { json: events.slice(i, i + 1_000) });
    expect(IngestAnswer.parse(answer.body)).toEqual({ accepted: 1_000, rejected: [], rejected_count: 0 });
  }
}, 120_000);

afterAll(async () => {
  expect(await collector?.stop()).toBe(0);
});

async function verdicts(query = ''): Promise<Verdict[]> {
  const answer = await collector.ask(`${at}/verdicts?from=now-3h&limit=20000${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return VerdictList.parse(answer.body).verdicts;
}

describe('events that came in over HTTP', () => {
  it('become a verdict that says what moved, and which way', async () => {
    const found = await eventually(
      async () =>
        (await verdicts('&signal=amount&version=1')).find(
          // It may have been judged before the last batch came; then it is judged again.
          (one) => Date.parse(one.window_end) === end && one.n_current === 2_000,
        ),
      30_000,
      'the verdict of the newest window',
    );
    expect(found).toMatchObject({
      verdict: 'significant',
      n_current: 2_000,
      kind: 'numeric',
      reference: 'all',
    });
    expect(found.psi_debiased).toBeGreaterThan(0.2);
    expect(found.direction?.way).not.toBe('none');
    expect(found.out_of_range_share).toBeGreaterThan(0.3);
  });

  it('leave what did not move stable, in all of history', async () => {
    const all = await eventually(async () => {
      const list = await verdicts('&version=1');
      return list.some((one) => Date.parse(one.window_end) === end - 45 * MINUTE) ? list : null;
    });
    const plans = all.filter((one) => one.signal === 'plan');
    expect(plans.length).toBeGreaterThan(40);
    expect(new Set(plans.map((one) => one.verdict))).not.toContain('significant');
    const before = all.filter(
      (one) => one.signal === 'amount' && Date.parse(one.window_end) <= end - 10 * MINUTE,
    );
    expect(before.filter((one) => one.verdict === 'significant')).toEqual([]);
    expect(before.every((one) => one.historical)).toBe(true);
  });

  it('show on the fleet with their worst signal', async () => {
    const fleet = await eventually(async () => {
      const list = ModelList.parse((await collector.ask('/models?from=now-2h')).body);
      return list.models[0]?.verdict === 'significant' ? list : null;
    });
    expect(fleet.models).toHaveLength(1);
    expect(fleet.models[0]).toMatchObject({
      model: MODEL,
      events: sent,
      worst_signal: { signal: 'amount' },
      error_rate: 0,
    });
    expect(fleet.models[0]!.versions.toSorted()).toEqual(['1', '2']);
    expect(fleet.models[0]!.latency_p95_ms).toBeGreaterThan(20);
    expect(fleet.models[0]!.latency_p95_ms).toBeLessThan(26);
  });

  it('are counted whole in every histogram', async () => {
    for (const signal of ['amount', 'age', 'plan', '@score']) {
      const answer = await collector.ask(`${at}/histograms?from=now-3h&signal=${encodeURIComponent(signal)}`);
      const pair = HistogramPair.parse(answer.body);
      expect(pair.n_current, signal).toBe(sent);
      for (const bins of [pair.bins, pair.fine])
        expect(
          bins.reduce((sum, bin) => sum + bin.current, 0),
          signal,
        ).toBe(sent);
      expect(pair.n_baseline).toBe(5_000);
    }
  });

  it('come back raw, filtered and page by page', async () => {
    const first = EventPage.parse(
      (await collector.ask(`${at}/events?from=now-3h&limit=10&feature=${encodeURIComponent('amount>100')}`))
        .body,
    );
    expect(first.events).toHaveLength(10);
    expect(first.events.every((event) => Number(event.features.amount) > 100)).toBe(true);
    expect(first.events.every((event) => event.tags.region === 'north')).toBe(true);
    const second = EventPage.parse(
      (
        await collector.ask(
          `${at}/events?from=now-3h&limit=10&feature=${encodeURIComponent('amount>100')}&cursor=${encodeURIComponent(first.next!)}`,
        )
      ).body,
    );
    const ids = new Set(first.events.map((event) => event.id));
    expect(second.events.filter((event) => ids.has(event.id))).toEqual([]);
    const csv = await collector.ask<string>(`${at}/events?from=now-3h&limit=5&format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.body.trim().split('\r\n')).toHaveLength(6);
    expect(csv.body).toContain('feature.amount');
  });
});

describe('the answers of the API', () => {
  it('describe the model, its settings and segments', async () => {
    const detail = ModelDetail.parse((await collector.ask(at)).body);
    expect(detail.settings).toMatchObject({ window_ms: 10 * MINUTE, step_ms: MINUTE });
    expect(detail.segments.toSorted()).toEqual(['region=north', 'region=south']);
  });

  it('list signals with their newest verdict', async () => {
    const { signals } = SignalList.parse((await collector.ask(`${at}/signals?version=1`)).body);
    const names = signals.map(({ signal }) => signal);
    for (const name of ['amount', 'age', 'plan', '@score']) expect(names).toContain(name);
    expect(signals.find(({ signal }) => signal === 'amount')?.latest?.verdict).toBe('significant');
  });

  it('draw the heat map worst signal first', async () => {
    const map = HeatMap.parse((await collector.ask(`${at}/heatmap?from=now-2h&columns=60`)).body);
    expect(map.rows[0]!.signal).toBe('amount');
    for (const row of map.rows) expect(row.verdicts).toHaveLength(map.columns.length);
  });

  it('give series with thresholds, gaps and no lost breach', async () => {
    const { series } = SeriesList.parse(
      (
        await collector.ask(
          `${at}/series?from=now-2h&points=60&signal=amount&metric=psi,throughput,latency_p95,error_rate,cost`,
        )
      ).body,
    );
    expect(series.map(({ metric }) => metric)).toEqual([
      'psi',
      'throughput',
      'latency_p95',
      'error_rate',
      'cost',
    ]);
    const [psi, throughput] = series;
    expect(psi!.thresholds.map(({ value }) => value)).toEqual([0.1, 0.2]);
    expect(Math.max(...psi!.points.map(({ max }) => max ?? 0))).toBeGreaterThan(0.2);
    expect(throughput!.points.some(({ value }) => value === null)).toBe(true);
  });

  it('give a distribution over time', async () => {
    const numeric = DistributionOverTime.parse(
      (await collector.ask(`${at}/distribution?from=now-2h&signal=amount&buckets=12`)).body,
    );
    expect(numeric.baseline_quantiles![2]).toBeGreaterThan(45);
    expect(numeric.baseline_quantiles![2]).toBeLessThan(55);
    const shares = DistributionOverTime.parse(
      (await collector.ask(`${at}/distribution?from=now-2h&signal=plan&buckets=12`)).body,
    );
    for (const bucket of shares.buckets)
      if (bucket.shares) expect(bucket.shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  });

  it('rank the segments that moved', async () => {
    const from = new Date(end - 10 * MINUTE).toISOString();
    const { segments } = SegmentList.parse(
      (await collector.ask(`${at}/segments?signal=amount&tag=region&from=${from}`)).body,
    );
    expect(segments.map(({ segment, verdict }) => [segment, verdict])).toEqual([
      [drifting, 'significant'],
      ['region=south', 'stable'],
    ]);
    const unknown = await collector.ask<{ code: string }>(`${at}/segments?signal=amount&tag=colour`);
    expect([unknown.status, unknown.body.code]).toEqual([400, 'invalid_request']);
  });

  it('compare any two slices', async () => {
    const compare = async (query: string) =>
      SliceComparison.parse((await collector.ask(`${at}/compare?${query}`)).body);
    const window = `from=${new Date(end - 10 * MINUTE).toISOString()}`;
    const versions = await compare(`a_version=2&a_${window}&b_version=1&b_${window}`);
    expect(versions.signals[0]).toMatchObject({ signal: 'amount', verdict: 'significant' });
    expect([versions.n_a, versions.n_b]).toEqual([1_000, 2_000]);
    const self = await compare(`a_version=2&a_${window}&b_version=2&b_${window}`);
    expect(['stable', 'insufficient_data']).toContain(self.verdict);
    const training = await compare('b_version=2&b_from=now-3h');
    expect(training.a.baseline).toBeTruthy();
    expect(training.verdict).toBe('stable');
    expect(training.took_ms).toBeLessThan(5_000);
  });

  it('compare every two of version, segment, time range and baseline', async () => {
    // The same kind of rows as the training data, but other rows and so other bins; not active.
    const made = await collector.ask(`${at}/baselines`, {
      method: 'POST',
      body: baselineForm(trainingCsv(4_000, 21), 'other.csv', {
        score: 'score',
        label: 'churned',
        activate: false,
      }),
    });
    const other = BaselineSummary.parse(made.body);
    expect(other.active).toBe(false);
    const moment = (minutes: number) => new Date(end - minutes * MINUTE).toISOString();
    const sides = {
      version: { version: '2', from: moment(30) },
      segment: { segment: 'region=south', from: moment(30) },
      range: { from: moment(60), to: moment(10) },
      active: { baseline: 'active' },
      other: { baseline: other.id },
      moved: { segment: drifting, from: moment(10) },
    };
    const named = (side: 'a' | 'b', slice: Record<string, string>) =>
      Object.entries(slice).map(([field, value]): [string, string] => [`${side}_${field}`, value]);
    for (const [nameA, a] of Object.entries(sides))
      for (const [nameB, b] of Object.entries(sides)) {
        const query = new URLSearchParams([...named('a', a), ...named('b', b), ['signal', 'amount']]);
        const answer = await collector.ask(`${at}/compare?${query}`);
        expect(answer.status, `${nameA} and ${nameB}: ${JSON.stringify(answer.body)}`).toBe(200);
        const { signals, histogram, n_a, n_b } = SliceComparison.parse(answer.body);
        const amount = signals.find(({ signal }) => signal === 'amount')!;
        const differs = (nameA === 'moved') !== (nameB === 'moved');
        expect(amount.verdict, `${nameA} and ${nameB}: ${amount.reason}`).toBe(
          differs ? 'significant' : 'stable',
        );
        if (!differs)
          for (const one of signals)
            expect(one.verdict, `${one.signal} of ${nameA} and ${nameB}: ${one.reason}`).toMatch(
              /^(stable|insufficient_data|no_data)$/,
            );
        const sum = (which: 'baseline' | 'current') =>
          histogram!.bins.reduce((all, bin) => all + bin[which], 0);
        expect(Math.abs(sum('baseline') - histogram!.n_baseline)).toBeLessThan(1);
        expect(Math.abs(sum('current') - histogram!.n_current)).toBeLessThan(1);
        expect([histogram!.n_baseline, histogram!.n_current]).toEqual([n_a, n_b]);
      }
    const wrong = await collector.ask<{ code: string }>(`${at}/compare?a_baseline=nowhere`);
    expect([wrong.status, wrong.body.code]).toEqual([404, 'baseline_not_found']);
  });

  it('hand out the baseline with its bins', async () => {
    const { baselines } = (await collector.ask<{ baselines: BaselineSummary[] }>('/baselines')).body;
    const baseline = Baseline.parse(
      (await collector.ask(`/baselines/${baselines.find((one) => one.active)!.id}`)).body,
    );
    for (const signal of baseline.signals)
      expect(signal.counts.reduce((sum, count) => sum + count, 0)).toBe(signal.rows);
  });

  it('mark deploys on the time axis', async () => {
    const marked = await collector.ask(`${at}/deploys`, {
      json: { text: 'release 7', version: '7', at: 'now-5m' },
    });
    expect(marked.status).toBe(200);
    const { markers } = SeriesList.parse((await collector.ask(`${at}/series?metric=throughput`)).body);
    expect(markers.map(({ kind }) => kind)).toContain('deploy');
    expect(markers.some(({ text }) => text.includes('release 7'))).toBe(true);
  });

  it('tell how the collector is', async () => {
    const status = StatusReport.parse((await collector.ask('/status')).body);
    expect(status.ingest).toMatchObject({
      state: 'taking',
      events_total: sent,
      rejected_total: 0,
      kafka: null,
    });
    expect(status.store).toMatchObject({ mode: 'embedded', ok: true });
    expect(status.store.tables.find(({ table }) => table === 'events')?.rows).toBe(sent);
    expect(status.evaluate.verdicts).toBeGreaterThan(100);
  });

  it('serve gauges of the model to Prometheus', async () => {
    const text = (await ask<string>(`${collector.url}/metrics`)).body;
    const psi = text.match(/^leeway_model_psi\{.*signal="amount".*\} (\S+)$/m);
    expect(Number(psi?.[1])).toBeGreaterThan(0.2);
    expect(text).toMatch(/^leeway_ingest_stored_events_total\{source="http"\} 7000$/m);
    expect(text).toMatch(/^leeway_model_error_rate\{.*\} 0$/m);
  });

  it('fire the built-in alert', async () => {
    const alert = await eventually(
      async () => {
        const { alerts } = (
          await collector.ask<{ alerts: { signal: string; state: string; model: string }[] }>('/alerts')
        ).body;
        return alerts.find(({ signal, model }) => signal === 'amount' && model === MODEL);
      },
      30_000,
      'the alert on amount',
    );
    expect(['pending', 'firing']).toContain(alert.state);
  });
});
