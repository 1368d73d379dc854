import type { ModelSettings, Verdict } from '@leeway/contract';
import { Breath } from './breath.js';
import { detectorPeriod } from './detectors.js';
import { feedDetectors } from './feed-detectors.js';
import { type JudgeOptions, judgeHistory, judgeNewest } from './judge-ends.js';
import { addRange, type LateRanges } from './late-ranges.js';
import { arrivalsSettled, type ModelState, noteArrival } from './model-state.js';
import { type Opening, openStates, PENDING_KEY } from './open-states.js';
import type { EvaluationStore, ModelDirectory, VerdictListener } from './ports.js';
import { ceilTo, countEnds, dueEnds, floorTo, type Timing } from './schedule.js';

/** What the evaluator logs; pino's logger has it. */
export interface EvaluateLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface EvaluatorOptions {
  store: EvaluationStore;
  directory: ModelDirectory;
  listener: VerdictListener;
  log: EvaluateLogger;
  now(): number;
  /** How often runs are started, ms. */
  everyMs: number;
  /** How far back history is judged at most, ms. */
  catchUpMs: number;
  /** Time for events on their way to land after a window's end, ms. */
  settleMs?: number;
  /** Time that one run may spend on history, ms. */
  historyBudgetMs?: number;
}

export interface RunReport {
  ms: number;
  windows: number;
  verdicts: number;
  backlog: number;
  failed: string[];
}

/** Late arrivals are judged when none came for two runs, or after this time, ms. */
const LONGEST_WAIT_MS = 30_000;
/** Pending windows that are worth a row in the store: fewer are judged again after a restart anyway. */
const WORTH_SAVING = 20;

/**
 * Decides, run by run, which windows of which model are judged: first each model's newest window, then history and
 * windows that got late events, oldest first and within a budget of time. A run never overlaps another.
 */
export class Evaluator {
  readonly #states = new Map<string, ModelState>();
  /** Models whose states are being opened, and the time that events were of which came meanwhile. */
  readonly #opening = new Map<string, { from: number; to: number } | null>();
  readonly #options: EvaluatorOptions;
  readonly #settleMs: number;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#settleMs = options.settleMs ?? 2_000;
  }

  /** Events of `[from, to)` (epoch ms) are stored. Cheap; called for every batch. */
  arrived(model: string, from: number, to: number): void {
    const state = this.#states.get(model);
    if (state) noteArrival(state, from, to, this.#options.now());
    const before = this.#opening.get(model);
    if (before !== undefined)
      this.#opening.set(model, {
        from: Math.min(from, before?.from ?? from),
        to: Math.max(to, before?.to ?? to),
      });
  }

  /** One round over all models. A model that fails is reported and tried again in the next run. */
  async run(signal?: AbortSignal): Promise<RunReport> {
    const started = performance.now();
    const report: RunReport = { ms: 0, windows: 0, verdicts: 0, backlog: 0, failed: [] };
    const due: Due[] = [];
    const ready = await this.#readyStates(report, signal);
    for (const state of ready) {
      if (signal?.aborted) break;
      const ends = this.#due(state);
      if (!ends) continue;
      await this.#guarded([state.model], report, async () => {
        await feedDetectors(state, this.#options.store, this.#options.now(), new Breath());
        due.push({ state, ...ends });
      });
    }
    for (const group of groupDue(due)) {
      if (signal?.aborted) break;
      const names = namesOf(group.map(({ state }) => state));
      await this.#guarded(names, report, () => this.#newest(group, report));
    }
    const breath = new Breath(this.#options.historyBudgetMs ?? 4_000);
    for (const state of ready) {
      if (signal?.aborted || breath.spent) break;
      if (state.pending.length === 0 && !state.detectorsStale) continue;
      await this.#guarded([state.model], report, () => this.#history(state, breath, report));
    }
    for (const state of this.#states.values())
      for (const range of state.pending)
        report.backlog += countEnds({ from: range.from, to: range.to - 1 }, state.timing.stepMs);
    report.ms = performance.now() - started;
    return report;
  }

  async #guarded(models: readonly string[], report: RunReport, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(models, report, error);
    }
  }

  #failed(models: readonly string[], report: RunReport, error: unknown): void {
    report.failed.push(...models);
    this.#options.log.warn(
      { err: error, models: models.slice(0, 10), count: models.length },
      'models could not be evaluated; trying again in the next run',
    );
  }

  /** The states of all models that can be judged; made anew for those first seen or with another baseline. */
  async #readyStates(report: RunReport, signal?: AbortSignal): Promise<ModelState[]> {
    const { store, directory } = this.#options;
    const ready: ModelState[] = [];
    const openings: Opening[] = [];
    for (const { model, settings, baseline, counting } of directory.models()) {
      const known = this.#states.get(model);
      if (!baseline) this.#states.delete(model);
      if (!baseline || counting) continue;
      if (known?.baseline.id !== baseline.id)
        openings.push({ model, settings, baseline, again: known !== undefined });
      else {
        const timing = { windowMs: settings.window_ms, stepMs: settings.step_ms };
        if (known.settings !== settings) applySettings(known, settings, timing);
        ready.push(known);
      }
    }
    const waiting = ready.filter(({ firstEvent }) => firstEvent === null);
    if (waiting.length > 0)
      await this.#guarded(namesOf(waiting), report, async () => {
        const spans = await store.spans(namesOf(waiting));
        for (const state of waiting) state.firstEvent ??= spans.get(state.model)?.first ?? null;
      });
    for (let i = 0; i < openings.length && !signal?.aborted; i += MOST_MODELS_AT_ONCE) {
      const group = openings.slice(i, i + MOST_MODELS_AT_ONCE);
      await this.#guarded(namesOf(group), report, async () => {
        ready.push(...(await this.#open(group)));
      });
    }
    return ready;
  }

  async #open(group: readonly Opening[]): Promise<ModelState[]> {
    const { store, now } = this.#options;
    for (const { model } of group) this.#opening.set(model, null);
    try {
      const states = await openStates(group, store, now());
      for (const state of states) {
        this.#states.set(state.model, state);
        const came = this.#opening.get(state.model);
        if (came) noteArrival(state, came.from, came.to, now());
      }
      return states;
    } finally {
      this.#opening.clear();
    }
  }

  /** Ends that are due for a model; null when none is. */
  #due(state: ModelState): { from: number; to: number } | null {
    const now = this.#options.now();
    return dueEnds({
      now,
      timing: state.timing,
      lastEnd: state.lastEnd,
      span: state.firstEvent === null ? null : { first: state.firstEvent, last: now },
      settleMs: this.#settleMs,
      slackMs: this.#slackMs,
      catchUpMs: this.#options.catchUpMs,
    });
  }

  /** Judges the newest window of models that share it; older ones that are due wait in `pending`. */
  async #newest(group: readonly Due[], report: RunReport): Promise<void> {
    const { store, listener, now } = this.#options;
    const at = now();
    const states = group.map(({ state }) => state);
    for (const { state, to } of group) state.judgingEnd = to;
    let judged: Map<ModelState, Verdict[]>;
    try {
      judged = await judgeNewest(states, store, group[0]!.to, {
        now: at,
        slackMs: this.#slackMs,
        breath: new Breath(),
        failed: ({ model }, error) => this.#failed([model], report, error),
      });
      await store.saveVerdicts([...judged.values()].flat());
    } finally {
      for (const state of states) state.judgingEnd = null;
    }
    for (const { state, from, to } of group) {
      if (!judged.has(state)) continue;
      state.lastEnd = to;
      if (from < to) state.pending = addRange(state.pending, { from, to });
      else if (state.pending.length === 0) state.snapshots.clear();
    }
    for (const [state, verdicts] of judged) {
      report.windows++;
      report.verdicts += verdicts.length;
      if (verdicts.length > 0)
        await this.#guarded([state.model], report, async () => listener.judged(state.model, verdicts, at));
    }
  }

  async #history(state: ModelState, breath: Breath, report: RunReport): Promise<void> {
    const { store, now, everyMs } = this.#options;
    const at = now();
    if (!arrivalsSettled(state, at, { quietMs: 2 * everyMs, longestMs: LONGEST_WAIT_MS }))
      return this.#save(state);
    state.arrivals = null;
    await feedDetectors(state, store, at, breath);
    const { stepMs } = state.timing;
    while (state.pending.length > 0 && !breath.spent) {
      const range = state.pending[0]!;
      // Arrivals during the work below add to `pending` again, so the range is taken out first.
      state.pending = state.pending.slice(1);
      const from = ceilTo(range.from, stepMs);
      const to = Math.min(floorTo(range.to - 1, stepMs), state.lastEnd ?? Number.NEGATIVE_INFINITY);
      if (from > to) continue;
      let done = from - stepMs;
      try {
        done = await judgeHistory(state, store, from, to, this.#judging(state, at, breath, report));
      } finally {
        if (done < to) state.pending = addRange(state.pending, { from: done + 1, to: to + 1 });
      }
      report.windows += countEnds({ from, to: done }, stepMs);
    }
    if (state.pending.length === 0) state.snapshots.clear();
    await this.#save(state);
  }

  #judging(state: ModelState, now: number, breath: Breath, report: RunReport): JudgeOptions {
    const { store, listener } = this.#options;
    return {
      now,
      breath,
      slackMs: this.#slackMs,
      emit: async (verdicts: Verdict[]) => {
        await store.saveVerdicts(verdicts);
        report.verdicts += verdicts.length;
        await listener.judged(state.model, verdicts, now);
      },
    };
  }

  get #slackMs(): number {
    return this.#settleMs + 2 * this.#options.everyMs;
  }

  async #save(state: ModelState): Promise<void> {
    const text = worthSaving(state.pending, state.timing.stepMs) ? JSON.stringify(state.pending) : '[]';
    if (text === state.savedPending) return;
    await this.#options.store.saveDetectors(state.model, new Map([[PENDING_KEY, text]]));
    state.savedPending = text;
  }

  /** Writes down what still waits, before the process ends. */
  async close(): Promise<void> {
    for (const state of this.#states.values()) await this.#save(state);
  }
}

/** Takes new settings over. Detectors that were fed with windows of another length begin anew. */
function applySettings(state: ModelState, settings: ModelSettings, timing: Timing): void {
  Object.assign(state, { settings, timing });
  const period = detectorPeriod(state.baseline, settings);
  for (const [version, set] of state.detectors)
    if (set.periodMs !== period) {
      state.detectors.delete(version);
      state.snapshots.delete(version);
    }
}

/** A model with ends of windows that are due. */
interface Due {
  state: ModelState;
  from: number;
  to: number;
}

/** Models and signals that are asked for at once: a thousand rows and verdicts, one short stretch of work. */
const MOST_MODELS_AT_ONCE = 64;
const MOST_SIGNALS_AT_ONCE = 1_000;

/** Models whose newest due window is the very same, in groups of bounded size. */
function groupDue(due: readonly Due[]): Due[][] {
  const groups: Due[][] = [];
  const open = new Map<string, { group: Due[]; signals: number }>();
  for (const one of due) {
    const key = `${one.to}/${one.state.timing.windowMs}`;
    const size = one.state.baseline.signals.length;
    let last = open.get(key);
    const full =
      !last || last.group.length >= MOST_MODELS_AT_ONCE || last.signals + size > MOST_SIGNALS_AT_ONCE;
    if (full) {
      last = { group: [], signals: 0 };
      open.set(key, last);
      groups.push(last.group);
    }
    last!.group.push(one);
    last!.signals += size;
  }
  return groups;
}

function namesOf(list: readonly { model: string }[]): string[] {
  return list.map(({ model }) => model);
}

function worthSaving(pending: LateRanges, stepMs: number): boolean {
  const windows = pending.reduce((sum, { from, to }) => sum + countEnds({ from, to: to - 1 }, stepMs), 0);
  return windows >= WORTH_SAVING;
}
