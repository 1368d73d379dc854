import type { SignalBins } from '@leeway/contract';

/** What the store needs of a logger; pino's has it. */
export interface StoreLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How events of one model are counted: the shape of ingest's `ModelPlan`. */
export interface CountingPlan {
  model: string;
  baseline: string | null;
  signals: readonly SignalBins[];
  segmentTags: readonly string[];
}

/** Tells the plan under which a model's events are counted now. */
export type PlanLookup = (model: string) => CountingPlan | null;

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
