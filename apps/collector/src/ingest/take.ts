import type { AddResult, BatchBuilder } from './batch/builder.js';
import type { IngestDeps } from './deps.js';

/**
 * Adds one value, appending features that are new to the model's order first. The order is durable before the row
 * that uses it.
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
    await deps.registry.append(result.model, result.features);
    builder.refresh(result.model);
  }
}
