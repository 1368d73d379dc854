import type { SignalBins } from '@leeway/contract';
import type { BaselineRoom } from './room.js';

/** Ingest's `ModelPlan`. */
export interface ModelPlan {
  model: string;
  baseline: string | null;
  signals: readonly SignalBins[];
  segmentTags: readonly string[];
}
/** Ingest's `BinningPlan`. */
export interface BinningPlan {
  epoch: number;
  models: ReadonlyMap<string, ModelPlan>;
}

export interface PlanInputs {
  room: Pick<BaselineRoom, 'epoch' | 'activeAt' | 'get'>;
  /** Models that are known, with or without a baseline. */
  models(): readonly string[];
  segmentTags(model: string): readonly string[];
}

/** Plans of older epochs that are kept for ranges begun under them. */
const KEPT = 16;

/**
 * Builds the binning plans that ingest counts by. `current` is the same object until `changed` is called (a baseline
 * was activated, a model's segment tags were saved, a model appeared), since ingest compiles each plan once.
 */
export function createPlanSource(inputs: PlanInputs) {
  const kept = new Map<number, BinningPlan>();
  const flights = new Map<string, number>();
  let current: BinningPlan | null = null;

  function planOf(model: string, id: string | undefined): ModelPlan {
    const baseline = inputs.room.get(id ?? '');
    return {
      model,
      baseline: baseline?.id ?? null,
      signals: baseline?.signals ?? [],
      segmentTags: inputs.segmentTags(model),
    };
  }

  function build(epoch: number): BinningPlan | null {
    const active = inputs.room.activeAt(epoch);
    if (active === null) return null;
    const models = new Map<string, ModelPlan>();
    for (const model of new Set([...inputs.models(), ...active.keys()]))
      models.set(model, planOf(model, active.get(model)));
    return { epoch, models };
  }

  function now(): BinningPlan {
    current ??= build(inputs.room.epoch()) ?? { epoch: 0, models: new Map() };
    return current;
  }

  return {
    current: now,
    /** How a model's events are counted now, also for a model that no plan lists yet. */
    modelPlan(model: string): ModelPlan {
      return now().models.get(model) ?? planOf(model, undefined);
    },
    /** The plan as it stood at `epoch`; null when it is unknown. */
    at(epoch: number): BinningPlan | null {
      if (epoch === inputs.room.epoch()) return now();
      const known = kept.get(epoch);
      if (known) return known;
      const plan = build(epoch);
      if (plan === null) return null;
      kept.set(epoch, plan);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return plan;
    },
    /** Ingest tells which epoch its oldest unfinished batch was begun under; null when none is in flight. */
    inFlight(owner: string, epoch: number | null): void {
      if (epoch === null) flights.delete(owner);
      else flights.set(owner, epoch);
    },
    /** The oldest epoch of any unfinished batch, null when none is in flight. */
    oldestInFlight(): number | null {
      return flights.size === 0 ? null : Math.min(...flights.values());
    },
    changed(): void {
      current = null;
      kept.clear();
    },
  };
}
export type PlanSource = ReturnType<typeof createPlanSource>;
