import { randomUUID } from 'node:crypto';
import type { IngestAnswer, Rejection } from '@leeway/contract';
import type { BatchBuilder } from '../batch/builder.js';
import type { Stage } from '../batch/dead-letter.js';
import type { IngestDeps } from '../deps.js';
import { bytesOfItem, type DecodedItem } from '../formats/decoded.js';
import { breathe } from '../retry.js';
import { addWithFeatures } from '../take.js';

/** What became of one request's events. */
export interface Tally {
  accepted: number;
  rejected: Rejection[];
  rejectedCount: number;
  /** Ids of the inferences of which a half was among them that waits for its other half. */
  waiting: string[];
}

/** What the sender of a request hears. */
export function answerOf(tally: Tally): IngestAnswer {
  return { accepted: tally.accepted, rejected: tally.rejected, rejected_count: tally.rejectedCount };
}

/** At most this many rejections of a request are listed in its answer and kept as dead letters; all are counted. */
const LISTED = 100;
const SLICE_MS = 10;
/** A dead letter of an HTTP request keeps this much of what was sent; the sender has the whole. */
const KEPT_BYTES = 1_048_576;

export interface AddTarget {
  /** The batch that the next event goes to. */
  builder(): BatchBuilder;
  /** Which events by index; absent = all. */
  wanted?(index: number): boolean;
  /** Told what was taken, by index. */
  taken?(index: number, value: unknown): void;
  /** Told for every event (and dead letter) that went into a batch. */
  used(builder: BatchBuilder): void;
  /** The request's body, for dead letters; null when refused events are not kept. */
  body: Uint8Array | null;
  /** What the dead letter of an item is called; absent = a name of its own each time. */
  letterId?(index: number): string;
}

interface Refusal {
  path: string;
  code: string;
  message: string;
  stage: Stage;
}

function keep(builder: BatchBuilder, id: string, refusal: Refusal, bytes: Uint8Array): void {
  builder.addDeadLetter({
    id,
    partition: null,
    offset: null,
    stage: refusal.stage,
    code: refusal.code,
    message: refusal.message,
    payload: bytes.subarray(0, KEPT_BYTES),
  });
}

/** Adds the events of one request in slices that let the event loop serve others. */
export async function addItems(
  deps: Pick<IngestDeps, 'registry' | 'metrics'>,
  items: Iterable<DecodedItem>,
  target: AddTarget,
): Promise<Tally> {
  const tally: Tally = { accepted: 0, rejected: [], rejectedCount: 0, waiting: [] };
  let sliceStart = performance.now();
  let index = 0;
  for (const item of items) {
    if ('ignored' in item) {
      deps.metrics.passedOver('http', item.ignored, 1);
      if (item.waits !== undefined) tally.waiting.push(item.waits);
      continue;
    }
    if (target.wanted && !target.wanted(index)) {
      index++;
      continue;
    }
    const builder = target.builder();
    const refusal = await add(deps, builder, item, index);
    if (refusal === null) {
      tally.accepted++;
      if ('value' in item) target.taken?.(index, item.value);
      target.used(builder);
    } else {
      tally.rejectedCount++;
      deps.metrics.rejected('http', refusal.code, 1);
      if (tally.rejected.length < LISTED) {
        const { path, code, message } = refusal;
        tally.rejected.push({ index, path, code, message });
        if (target.body) {
          const id = target.letterId?.(index) ?? `http:${randomUUID()}`;
          keep(builder, id, refusal, bytesOfItem(item, target.body));
          deps.metrics.deadLettered(refusal.stage, 1);
          target.used(builder);
        }
      }
    }
    index++;
    if (performance.now() - sliceStart > SLICE_MS) {
      await breathe();
      sliceStart = performance.now();
    }
  }
  return tally;
}

async function add(
  deps: Pick<IngestDeps, 'registry'>,
  builder: BatchBuilder,
  item: Exclude<DecodedItem, { ignored: string }>,
  index: number,
): Promise<Refusal | null> {
  if ('problem' in item) return { ...item.problem, path: '$' };
  const result = await addWithFeatures(deps, builder, item.value, index);
  return result.kind === 'rejected' ? { ...result.problems[0]!, stage: 'validate' } : null;
}
