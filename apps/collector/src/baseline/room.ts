import type { Baseline, BaselineOptions, BaselineSummary } from '@leeway/contract';
import { type Activation, Activations } from './activations.js';
import { buildBaseline } from './build.js';
import { BaselineError } from './error.js';
import type {
  ActivationEntry,
  ActivationJournal,
  BaselineLogger,
  BaselineStore,
  OpenTrainingFile,
  Rebin,
} from './ports.js';
import { createRebinQueue } from './rebin-queue.js';

export const ACTIVATED = 'baseline_activated';
export const REBINNED = 'baseline_rebinned';

export interface BaselineRoomOptions {
  store: BaselineStore;
  journal: ActivationJournal;
  openFile: OpenTrainingFile;
  rebin: Rebin;
  /** Oldest epoch of any batch that ingest has begun and not finished; null when none is in flight. */
  oldestInFlight(): number | null;
  /** Called when a model's active baseline changed (also one that another collector activated). */
  activated(model: string, baseline: Baseline): void;
  logger: BaselineLogger;
  clock(): number;
}

/** Baselines: made from files, kept, activated; retained events are counted against a new one in the background. */
export async function openBaselineRoom(options: BaselineRoomOptions) {
  const { store, journal, clock } = options;
  const baselines = new Map<string, Baseline>();
  const activations = new Activations();
  const rebinned = new Map<string, number>();
  /** True once this process counts retained events: others leave that to the one that does. */
  let recounts = false;
  const queue = createRebinQueue({
    rebin: options.rebin,
    oldestInFlight: options.oldestInFlight,
    logger: options.logger,
    async finished(activation) {
      rebinned.set(activation.model, activation.epoch);
      const body = { baseline: activation.baseline, epoch: activation.epoch };
      await journal.append([{ at: clock(), kind: REBINNED, model: activation.model, body }]);
    },
  });

  async function load(): Promise<void> {
    const entries: ActivationEntry[] = [];
    await journal.replay([ACTIVATED, REBINNED], (page) => entries.push(...page));
    // A baseline is saved before it is activated, so this finds every one that the journal told of.
    const saved = await store.load(new Set(baselines.keys()));
    for (const baseline of saved) baselines.set(baseline.id, baseline);
    const changed = new Set<string>();
    for (const { kind, model, seq, body } of entries) {
      const told = body as { baseline?: unknown; epoch?: unknown } | null;
      if (kind === REBINNED) rebinned.set(model, Number(told?.epoch ?? 0));
      else if (typeof told?.baseline === 'string') {
        if (activations.add({ epoch: seq, model, baseline: told.baseline })) changed.add(model);
      }
    }
    for (const model of changed) {
      const baseline = activeBaseline(model);
      if (baseline) options.activated(model, baseline);
      if (recounts) recount(model);
    }
  }

  /** Counts a model's retained events against its active baseline, if nobody has. */
  function recount(model: string): void {
    const activation = activations.active(model);
    if (activation && (rebinned.get(model) ?? 0) < activation.epoch) queue.add(activation);
  }

  function activeBaseline(model: string): Baseline | null {
    const activation = activations.active(model);
    return activation ? (baselines.get(activation.baseline) ?? null) : null;
  }

  function summary(baseline: Baseline): BaselineSummary {
    const activation = activations.active(baseline.model);
    const active = activation?.baseline === baseline.id;
    return {
      id: baseline.id,
      model: baseline.model,
      name: baseline.name,
      created_at: baseline.created_at,
      rows: baseline.rows,
      source: baseline.source,
      left_out: baseline.left_out,
      warnings: baseline.warnings,
      span: baseline.span,
      active,
      signal_count: baseline.signals.length,
      rebin: active ? rebinState(activation) : null,
    };
  }

  function rebinState(activation: Activation): BaselineSummary['rebin'] {
    if ((rebinned.get(activation.model) ?? 0) >= activation.epoch)
      return { state: 'done', progress: 1, error: null };
    return queue.state(activation) ?? { state: 'idle', progress: 0, error: null };
  }

  async function activate(id: string): Promise<BaselineSummary> {
    const baseline = baselines.get(id);
    if (!baseline) throw new BaselineError('baseline_not_found', `There is no baseline ${id}`);
    if (activations.active(baseline.model)?.baseline === id) return summary(baseline);
    const [entry] = await journal.append([
      { at: clock(), kind: ACTIVATED, model: baseline.model, body: { baseline: id, name: baseline.name } },
    ]);
    const activation = { epoch: entry!.seq, model: baseline.model, baseline: id };
    activations.add(activation);
    options.activated(baseline.model, baseline);
    options.logger.info(
      { model: baseline.model, baseline: id, epoch: activation.epoch },
      'baseline activated',
    );
    if (recounts) queue.add(activation);
    return summary(baseline);
  }

  async function create(
    model: string,
    file: { path: string; name: string },
    wanted: BaselineOptions,
  ): Promise<BaselineSummary> {
    const opened = await options.openFile(file.path, file.name).catch((error: unknown) => {
      throw asBaselineError(error);
    });
    let baseline: Baseline;
    try {
      baseline = await buildBaseline(opened, { model, fileName: file.name, options: wanted, now: clock() });
    } catch (error) {
      throw asBaselineError(error);
    } finally {
      await opened.close();
    }
    const known = baselines.get(baseline.id);
    if (!known) {
      await store.save(baseline);
      baselines.set(baseline.id, baseline);
    }
    return wanted.activate ? activate(baseline.id) : summary(known ?? baseline);
  }

  await load();
  return {
    /** Newest first. */
    list(model?: string): BaselineSummary[] {
      return [...baselines.values()]
        .filter((baseline) => model === undefined || baseline.model === model)
        .map(summary)
        .reverse();
    },
    get: (id: string): Baseline | null => baselines.get(id) ?? null,
    active: activeBaseline,
    create,
    activate,
    /** Journal position of the last activation: what ingest stores with each event. */
    epoch: () => activations.epoch,
    /** Baseline ids by model at an epoch, null for an unknown epoch. */
    activeAt: (epoch: number) => activations.at(epoch),
    /**
     * Makes this process the one that counts retained events against baselines: what is not counted yet, and what
     * is activated from now on, here or by another collector. Call once ingest can tell which batches it has in
     * flight.
     */
    resume(): void {
      recounts = true;
      for (const model of activations.models()) recount(model);
    },
    /** Takes over what other collectors made and activated. */
    refresh: load,
    /** Ends the background work; it goes on after the next start. */
    stop: () => queue.stop(),
  };
}
export type BaselineRoom = Awaited<ReturnType<typeof openBaselineRoom>>;

function asBaselineError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'SampleError') return error;
  const code = (error as { code?: unknown }).code;
  return new BaselineError(typeof code === 'string' ? code : 'unreadable_file', error.message, {
    cause: error,
  });
}
