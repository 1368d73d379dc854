import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS, LATENCY_SIGNAL, type Verdict } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { pino } from 'pino';
import { createAlertRoom } from '../../apps/collector/src/alert/room.js';
import { openStore, type Store } from '../../apps/collector/src/store/open.js';

const MINUTE = 60_000;
const INTERVAL_MS = 60_000;
const TRAFFIC_MINUTES = 60;

/** What one round of all default rules over many models costs. */
export interface RulesCost {
  models: number;
  signals: number;
  rules: number;
  verdicts_ms: number;
  operational_ms: number;
  cpu_ms: number;
  /** Wall time of a round over a 60-second interval. */
  share_of_interval: number;
  /** CPU time of a round over what two cores have in the interval; the engine's threads included. */
  share_of_two_cores: number;
}

/**
 * Evaluates the default rules over `models` × `signals` verdicts and over an hour of traffic of every model in a
 * real store, and takes the median of `rounds` rounds.
 */
export async function measureRules(models: number, signals: number, rounds: number): Promise<RulesCost> {
  const dir = await mkdtemp(join(tmpdir(), 'leeway-bench-rules-'));
  const log = pino({ level: 'error' }, pino.destination(2));
  const store = await openStore({ dataDir: dir, memoryMib: 1024 }, log);
  const names = Array.from({ length: models }, (_, i) => `model-${i}`);
  let now = Math.floor(Date.now() / MINUTE) * MINUTE;
  try {
    await fill(store, names, now);
    const known = names.map((model) => ({ model, settings: DEFAULT_SETTINGS, baseline: null }));
    const room = createAlertRoom({
      journal: store.journal,
      facts: {
        ...store.facts,
        models: () => known,
        lastEvent: async () => now - 1_000,
        firstEvent: async () => null,
      },
      log,
      now: () => now,
      publicUrl: 'http://127.0.0.1:3000',
      alertFile: null,
      rulesPath: null,
      env: {},
      dispatchMs: 3_600_000,
    });
    await room.start();
    // The first round learns usual traffic from seven days of history, once an hour and model.
    await room.tick(now);
    const samples: { verdicts: number; operational: number; cpu: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      now += INTERVAL_MS;
      const cpu = process.cpuUsage();
      let started = performance.now();
      for (const model of names) await room.judged(model, verdictsOf(model, signals, now), now);
      const verdicts = performance.now() - started;
      started = performance.now();
      await room.tick(now);
      const operational = performance.now() - started;
      const used = process.cpuUsage(cpu);
      samples.push({ verdicts, operational, cpu: (used.user + used.system) / 1_000 });
    }
    const { rules } = room.counts;
    await room.stop();
    const verdicts_ms = median(samples.map((s) => s.verdicts));
    const operational_ms = median(samples.map((s) => s.operational));
    const cpu_ms = median(samples.map((s) => s.cpu));
    return {
      models,
      signals,
      rules,
      verdicts_ms: Math.round(verdicts_ms),
      operational_ms: Math.round(operational_ms),
      cpu_ms: Math.round(cpu_ms),
      share_of_interval: Number(((verdicts_ms + operational_ms) / INTERVAL_MS).toFixed(3)),
      share_of_two_cores: Number((cpu_ms / (2 * INTERVAL_MS)).toFixed(4)),
    };
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** An hour of traffic and latencies for every model. */
async function fill(store: Store, names: readonly string[], now: number): Promise<void> {
  const traffic: string[] = [];
  const histograms: string[] = [];
  for (const model of names) {
    for (let minute = 0; minute < TRAFFIC_MINUTES; minute++) {
      const at = Math.floor((now - minute * MINUTE) / 1_000);
      traffic.push(`${model}\t1\t\t${at}\t600\t1`);
      const bins = [20, 25, 30, 40, 60].map((ms) => `${latencyBin(ms)}:120`).join(',');
      histograms.push(`${model}\t1\t\t\t${LATENCY_SIGNAL}\t${at}\t{${bins}}`);
    }
  }
  await store.lanes.ingest.insert({
    table: 'traffic',
    columns: ['model', 'version', 'segment', 'minute', 'requests', 'errors'],
    format: 'TabSeparated',
    body: [Buffer.from(`${traffic.join('\n')}\n`)],
  });
  await store.lanes.ingest.insert({
    table: 'histograms',
    columns: ['model', 'version', 'baseline', 'segment', 'signal', 'minute', 'bins'],
    format: 'TabSeparated',
    body: [Buffer.from(`${histograms.join('\n')}\n`)],
  });
}

/** One signal in a hundred is significant in every window, the others are stable. */
function verdictsOf(model: string, signals: number, now: number): Verdict[] {
  const iso = (at: number) => new Date(at).toISOString();
  return Array.from({ length: signals }, (_, i) => {
    const psi = i === 0 && model.endsWith('7') ? 0.4 : 0.02;
    return {
      model,
      version: '1',
      segment: '',
      signal: `feature-${i}`,
      kind: 'numeric',
      role: 'feature',
      baseline: 'b',
      window_start: iso(now - 60 * MINUTE),
      window_end: iso(now),
      evaluated_at: iso(now),
      historical: false,
      n_baseline: 100_000,
      n_current: 36_000,
      psi,
      psi_debiased: psi,
      js_divergence: 0.01,
      js_distance: 0.1,
      ks_low: 0.01,
      ks_high: 0.02,
      chi2: 10,
      dof: 10,
      p_value: 0.4,
      q_value: 0.8,
      phi: 1,
      reference: 'all',
      missing_baseline: 0,
      missing_current: 0,
      unseen_share: 0,
      out_of_range_share: 0,
      verdict: psi > 0.2 ? 'significant' : 'stable',
      reason: `PSI ${psi} on 36,000 events`,
      rows_needed: 310,
      direction: null,
      sequential: null,
    } satisfies Verdict;
  });
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
