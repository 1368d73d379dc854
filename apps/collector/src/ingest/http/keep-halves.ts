import { randomUUID } from 'node:crypto';
import type { IngestDeps } from '../deps.js';
import { structuredHalf } from '../formats/cloudevents.js';
import type { Half } from '../formats/pair-book.js';
import { type Group, type GroupOptions, writeGroup } from './group.js';

/** Bytes of halves that are kept at most; what is beyond is counted and named in the log. */
const KEPT_BYTES = 32 * 1_048_576;

/**
 * Writes halves of inference pairs that still wait when the collector stops to the dead letters, where they are
 * counted and can be replayed: over HTTP nothing else remembers them.
 */
export async function keepHalves(
  deps: IngestDeps,
  waiting: readonly { id: string; half: Half }[],
  open: () => Group,
  options: GroupOptions,
): Promise<void> {
  if (waiting.length === 0) return;
  const group = open();
  let bytes = 0;
  let kept = 0;
  for (const { id, half } of waiting) {
    const payload = structuredHalf(half);
    bytes += payload.length;
    if (bytes > KEPT_BYTES) break;
    kept++;
    group.builder.addDeadLetter({
      id: `http:${randomUUID()}`,
      partition: null,
      offset: null,
      stage: 'decode',
      code: 'unpaired',
      message: `The other half of inference ${id} had not come when the collector stopped`,
      payload,
    });
  }
  deps.metrics.rejected('http', 'unpaired', waiting.length);
  await writeGroup(deps, group, options);
  deps.metrics.deadLettered('decode', kept);
  deps.logger.warn(
    { halves: waiting.length, kept },
    'halves of inferences were still waiting; they are among the dead letters',
  );
}
