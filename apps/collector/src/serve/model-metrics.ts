import { VERDICT_RANK, type Verdict } from '@leeway/contract';
import { Gauge, type Registry } from 'prom-client';
import { boundNames, OTHER } from './bounded-labels.js';

/** Versions of one model with series of their own; a model that ships daily would add hundreds a year. */
const MOST_VERSIONS = 4;
const LATENCY_QUANTILES = ['0.5', '0.95', '0.99'] as const;

/** Figures of one model's newest window for the gauges; null = nothing to tell. Latency in seconds. */
export interface ModelFigures {
  latency: { '0.5': number; '0.95': number; '0.99': number } | null;
  errorRate: number | null;
  eventsPerSecond: number;
}

interface Judged {
  psi: number | null;
  rank: number;
  windowEnd: number;
}
/** version → signal → newest judgement. */
type ModelState = Map<string, Map<string, Judged>>;

export interface ModelMetrics {
  judged(model: string, verdicts: readonly Verdict[]): void;
}

/**
 * Each model's current drift, latency and errors as gauges. At most `models` models and `signals` signals a model
 * have series of their own; the rest are one `other` series that carries the worst of them.
 */
export function modelMetrics(
  registry: Registry,
  bounds: { models: number; signals: number },
  figures: () => Promise<ReadonlyMap<string, ModelFigures>>,
): ModelMetrics {
  const states = new Map<string, ModelState>();
  addDriftGauges(registry, bounds, states);
  addFigureGauges(registry, bounds, figures);
  return {
    judged(model, verdicts) {
      for (const verdict of verdicts) if (verdict.segment === '') keep(states, model, verdict);
    },
  };
}

function keep(states: Map<string, ModelState>, model: string, verdict: Verdict): void {
  const state: ModelState = states.get(model) ?? new Map();
  states.set(model, state);
  const signals = state.get(verdict.version) ?? new Map<string, Judged>();
  state.delete(verdict.version);
  state.set(verdict.version, signals);
  for (const version of state.keys()) {
    if (state.size <= MOST_VERSIONS) break;
    state.delete(version);
  }
  const windowEnd = Date.parse(verdict.window_end);
  const before = signals.get(verdict.signal);
  if (before && before.windowEnd > windowEnd) return;
  signals.set(verdict.signal, {
    psi: verdict.psi_debiased,
    rank: VERDICT_RANK[verdict.verdict],
    windowEnd,
  });
}

function addDriftGauges(
  registry: Registry,
  bounds: { models: number; signals: number },
  states: ReadonlyMap<string, ModelState>,
): void {
  const registers = [registry];
  new Gauge({
    name: 'leeway_model_psi',
    help: 'De-biased population stability index of the newest judged window.',
    labelNames: ['model', 'version', 'signal'],
    registers,
    collect() {
      this.reset();
      const { kept, left } = boundNames(states.keys(), bounds.models);
      for (const model of kept)
        for (const [version, signals] of states.get(model)!) {
          const split = boundNames(signals.keys(), bounds.signals);
          for (const signal of split.kept) {
            const { psi } = signals.get(signal)!;
            if (psi !== null) this.set({ model, version, signal }, psi);
          }
          const worst = worstPsi(split.left.map((signal) => signals.get(signal)!));
          if (worst !== null) this.set({ model, version, signal: OTHER }, worst);
        }
      const all = left.flatMap((model) => [...states.get(model)!.values()].flatMap((s) => [...s.values()]));
      const worst = worstPsi(all);
      if (worst !== null) this.set({ model: OTHER, version: OTHER, signal: OTHER }, worst);
    },
  });
  new Gauge({
    name: 'leeway_model_verdict',
    help: 'Worst verdict of the newest window: 0 no data, 1 insufficient data, 2 stable, 3 moderate, 4 drifting, 5 significant.',
    labelNames: ['model'],
    registers,
    collect() {
      this.reset();
      const { kept, left } = boundNames(states.keys(), bounds.models);
      for (const model of kept) this.set({ model }, worstRank(states.get(model)!));
      if (left.length > 0)
        this.set({ model: OTHER }, Math.max(...left.map((model) => worstRank(states.get(model)!))));
    },
  });
  new Gauge({
    name: 'leeway_metrics_left_out_models',
    help: 'Models without gauges of their own (LEEWAY_METRIC_MODELS); they are part of "other".',
    registers,
    collect() {
      this.set(Math.max(0, states.size - bounds.models));
    },
  });
  new Gauge({
    name: 'leeway_metrics_left_out_signals',
    help: 'Signals without gauges of their own (LEEWAY_METRIC_SIGNALS); they are part of "other".',
    registers,
    collect() {
      let count = 0;
      for (const state of states.values())
        for (const signals of state.values()) count += Math.max(0, signals.size - bounds.signals);
      this.set(count);
    },
  });
}

/** Only signals of the newest window count: a retired version or feature must not hold a model's verdict up. */
function worstRank(state: ModelState): number {
  const all = [...state.values()].flatMap((signals) => [...signals.values()]);
  const newest = all.reduce((latest, { windowEnd }) => Math.max(latest, windowEnd), 0);
  return all.reduce(
    (worst, { rank, windowEnd }) => (windowEnd === newest ? Math.max(worst, rank) : worst),
    0,
  );
}

function worstPsi(judged: readonly Judged[]): number | null {
  let worst: number | null = null;
  for (const { psi } of judged) if (psi !== null && (worst === null || psi > worst)) worst = psi;
  return worst;
}

/** `figures` answers from a short cache: the three gauges of one scrape cost one question to the store. */
function addFigureGauges(
  registry: Registry,
  bounds: { models: number },
  figures: () => Promise<ReadonlyMap<string, ModelFigures>>,
): void {
  const registers = [registry];
  new Gauge({
    name: 'leeway_model_latency_seconds',
    help: 'Latency quantiles of the last window.',
    labelNames: ['model', 'quantile'],
    registers,
    async collect() {
      const byModel = await figures();
      this.reset();
      for (const model of boundNames(byModel.keys(), bounds.models).kept) {
        const { latency } = byModel.get(model)!;
        if (latency)
          for (const quantile of LATENCY_QUANTILES) this.set({ model, quantile }, latency[quantile]);
      }
    },
  });
  new Gauge({
    name: 'leeway_model_error_rate',
    help: 'Share of failed predictions in the last window, 0 to 1.',
    labelNames: ['model'],
    registers,
    async collect() {
      const byModel = await figures();
      this.reset();
      for (const model of boundNames(byModel.keys(), bounds.models).kept) {
        const { errorRate } = byModel.get(model)!;
        if (errorRate !== null) this.set({ model }, errorRate);
      }
    },
  });
  new Gauge({
    name: 'leeway_model_events_per_second',
    help: 'Predictions a second in the last window.',
    labelNames: ['model'],
    registers,
    async collect() {
      const byModel = await figures();
      this.reset();
      const { kept, left } = boundNames(byModel.keys(), bounds.models);
      for (const model of kept) this.set({ model }, byModel.get(model)!.eventsPerSecond);
      if (left.length > 0)
        this.set(
          { model: OTHER },
          left.reduce((sum, model) => sum + byModel.get(model)!.eventsPerSecond, 0),
        );
    },
  });
}
