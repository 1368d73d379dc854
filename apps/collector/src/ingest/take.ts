import type { AddResult, BatchBuilder } from './batch/builder.js';
import type { IngestDeps } from './deps.js';
import type { StoreFailure } from './ports.js';

/** What the store refuses however often it comes. */
export const REFUSED = 'refused_by_store';

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && (error as Partial<StoreFailure>).retry === false;
}

/**
 * Adds one value, appending features that are new to the model's order first. The order is durable before the row
 * that uses it. Names that the store refuses are the event's fault: waiting for it would hold what follows for ever.
 */
export async function addWithFeatures(
  deps: Pick<IngestDeps, 'registry'>,
  builder: BatchBuilder,
  value: unknown,
  offset: number,
): Promise<Exclude<AddResult, { kind: 'new_features' }>> {
  for (;;) {
    const result = builder.addValue(value, offset);
    if (result.kind !== 'new_features') return result;
    try {
      await deps.registry.append(result.model, result.features);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const problem = { path: '$.features', code: REFUSED, message: `$.features: ${error.message}` };
      return { kind: 'rejected', problems: [problem] };
    }
    builder.refresh(result.model);
  }
}
