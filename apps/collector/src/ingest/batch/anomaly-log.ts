import { LRUCache } from 'lru-cache';
import type { IngestLogger } from '../deps.js';
import type { BatchBuilder } from './builder.js';

/** The same model is spoken of once in so long, ms: what is wrong in one event is mostly wrong in all that follow. */
const QUIET_MS = 60_000;
const MODELS = 1_000;

/** Tells the log which features of a stored batch were left out. `where` says what the batch came from. */
export type AnomalyLog = (builder: BatchBuilder, where: object) => void;

/** One for each source. Counts of every such event are in `traffic`; this is for whoever reads the log. */
export function createAnomalyLog(logger: Pick<IngestLogger, 'warn'>, clock: () => number): AnomalyLog {
  const told = new LRUCache<string, number>({ max: MODELS });
  return (builder, where) => {
    for (const [model, names] of builder.anomalies) {
      const now = clock();
      const last = told.get(model);
      if (last !== undefined && now - last < QUIET_MS) continue;
      told.set(model, now);
      logger.warn(
        { ...where, model, features: [...names] },
        'features were left out: another kind than before, or more features than the limit',
      );
    }
  };
}
