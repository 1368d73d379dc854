import { type DeadLetterRecord, MESSAGE_LIMIT, type Stage } from '../batch/dead-letter.js';
import type { IngestDeps } from '../deps.js';
import type { Decode } from '../formats/decode.js';
import { bytesOfItem, type DecodedItem } from '../formats/decoded.js';
import type { PairBook } from '../formats/pair-book.js';
import { addWithFeatures, REFUSED } from '../take.js';
import type { Message, RangeBatch } from './batch.js';

const NOTHING = Buffer.alloc(0);

/** How a partition's messages are read: a pure function of the messages (and of the schemas their ids name). */
export interface Reading {
  decode: Decode;
  pairs: PairBook;
}

/** Finds the events in a message; a promise only where something has to be fetched for it. */
export function decodeMessage(message: Message, reading: Reading): ReturnType<Decode> {
  const { value, headers, offset, timestamp } = message;
  return reading.decode({ value: value ?? NOTHING, headers, offset, timestamp, pairs: reading.pairs });
}

/** Puts a message, or one event of it, among the batch's dead letters. */
export function addDeadLetter(
  deps: Pick<IngestDeps, 'metrics'>,
  batch: RangeBatch,
  partition: number,
  message: Message,
  reason: { stage: Stage; code: string; message: string; index: number; bytes?: Uint8Array },
): void {
  const letter: DeadLetterRecord = {
    id: `${batch.source}:${message.offset}:${reason.index}`,
    partition,
    offset: message.offset,
    stage: reason.stage,
    code: reason.code,
    message: reason.message.slice(0, MESSAGE_LIMIT),
    payload: reason.bytes ?? message.value ?? NOTHING,
    headers: message.headers,
  };
  batch.builder.addDeadLetter(letter);
  deps.metrics.rejected('kafka', reason.code, 1);
}

/** Adds the events found in one message to a batch; what can't be taken becomes a dead letter. */
export async function addMessage(
  deps: Pick<IngestDeps, 'registry' | 'metrics'>,
  batch: RangeBatch,
  partition: number,
  message: Message,
  items: Iterable<DecodedItem>,
): Promise<void> {
  let index = 0;
  for (const item of items) {
    if ('ignored' in item) {
      deps.metrics.passedOver('kafka', item.ignored, 1);
      index++;
      continue;
    }
    if ('problem' in item) {
      const bytes = bytesOfItem(item, message.value ?? NOTHING);
      addDeadLetter(deps, batch, partition, message, { ...item.problem, index, bytes });
    } else {
      const result = await addWithFeatures(deps, batch.builder, item.value, message.offset);
      if (result.kind === 'rejected') {
        const [first] = result.problems;
        addDeadLetter(deps, batch, partition, message, {
          stage: first!.code === REFUSED ? 'store' : 'validate',
          code: first!.code,
          message: result.problems.map((problem) => problem.message).join('; '),
          index,
          bytes: bytesOfItem(item, message.value ?? NOTHING),
        });
      }
    }
    index++;
  }
}
