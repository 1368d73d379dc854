import { openBaselineRoom } from './baseline-room.js';
import { createPlanSource, type ModelPlan } from './plan-source.js';
import type { ActivationJournal, BaselineLogger, BaselineStore, OpenTrainingFile, Rebin } from './ports.js';

export { openBaselineRoom };

/** What the baseline room needs of the store. */
export interface BaselineBacking {
  /** `server`: other collectors may make and activate baselines too. */
  mode: 'embedded' | 'server';
  baselines: BaselineStore;
  journal: ActivationJournal;
  openFile: OpenTrainingFile;
  counting: { rebin: Rebin };
  /** Takes the plan that rebuilt counts follow. */
  usePlans(lookup: (model: string) => ModelPlan | null): void;
}

export interface BaselinesOptions {
  store: BaselineBacking;
  models: {
    list(): readonly string[];
    settings(model: string): { segment_tags: readonly string[] };
  };
  log: BaselineLogger;
  now(): number;
  /** Called when a model's active baseline changed, and when its retained events are counted. */
  changed(model: string): void;
}

/** How often baselines that other collectors activated are looked for, ms. */
const REFRESH_MS = 5_000;

/** The baseline room with the plans that ingest counts by, re-bins resumed. */
export async function openBaselines(options: BaselinesOptions) {
  const { store, models } = options;
  const late = { oldestInFlight: (): number | null => null, activated: (_model: string): void => undefined };
  const room = await openBaselineRoom({
    store: store.baselines,
    journal: store.journal,
    openFile: store.openFile,
    rebin: async (model, progress) => {
      await store.counting.rebin(model, progress);
      options.changed(model);
    },
    oldestInFlight: () => late.oldestInFlight(),
    activated: (model) => late.activated(model),
    logger: options.log,
    clock: options.now,
  });
  const plans = createPlanSource({
    room,
    models: () => models.list(),
    segmentTags: (model) => models.settings(model).segment_tags,
  });
  late.oldestInFlight = () => plans.oldestInFlight();
  late.activated = (model) => {
    plans.changed();
    options.changed(model);
  };
  store.usePlans((model) => plans.modelPlan(model));
  room.resume();

  const refresh =
    store.mode === 'server'
      ? setInterval(() => {
          room.refresh().catch((error: unknown) => {
            options.log.warn({ err: error }, 'baselines of other collectors could not be read');
          });
        }, REFRESH_MS)
      : null;
  return {
    ...room,
    /** Ingest's `PlanSource`. */
    plans,
    /** Call when a model's segment tags changed, or a model appeared. */
    replan: () => plans.changed(),
    async close(): Promise<void> {
      if (refresh) clearInterval(refresh);
      await room.stop();
    },
  };
}
export type Baselines = Awaited<ReturnType<typeof openBaselines>>;
