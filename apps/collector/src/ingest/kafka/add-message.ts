import type { DeadLetterRecord, Stage } from '../batch/dead-letter.js';
import type { IngestDeps } from '../deps.js';
import type { DecodedItem } from '../formats/decoded.js';
import { addWithFeatures } from '../take.js';
import type { Message, RangeBatch } from './batch.js';

/** Finds the events in a message. A pure function of the message (and of the schemas its ids name). */
export type DecodeMessage = (message: Message) => Iterable<DecodedItem> | Promise<Iterable<DecodedItem>>;

const NOTHING = Buffer.alloc(0);

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
    message: reason.message,
    payload: reason.bytes ?? message.value ?? NOTHING,
  };
  batch.builder.addDeadLetter(letter);
  deps.metrics.rejected('kafka', reason.code, 1);
}

/** Adds the events of one message to a batch; what can't be taken becomes a dead letter. */
export async function addMessage(
  deps: IngestDeps,
  batch: RangeBatch,
  partition: number,
  message: Message,
  decode: DecodeMessage,
): Promise<void> {
  let index = 0;
  for (const item of await decode(message)) {
    if ('problem' in item) {
      const { problem, bytes } = item;
      addDeadLetter(deps, batch, partition, message, { ...problem, index, ...(bytes && { bytes }) });
    } else {
      const result = await addWithFeatures(deps, batch.builder, item.value, message.offset);
      if (result.kind === 'rejected') {
        const [first] = result.problems;
        // A message with one event keeps its original bytes; of several events only the refused one goes.
        const bytes = item.bytes ?? (item.several ? Buffer.from(JSON.stringify(item.value)) : undefined);
        addDeadLetter(deps, batch, partition, message, {
          stage: 'validate',
          code: first!.code,
          message: result.problems.map((problem) => problem.message).join('; '),
          index,
          ...(bytes && { bytes }),
        });
      }
    }
    index++;
  }
}
