import type { Contexts } from '../batch/contexts.js';
import type { QualityBook } from '../batch/data-quality.js';
import type { BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
import { NO_METRICS } from '../no-metrics.js';
import { mayRetry, retryDelay, sleep } from '../retry.js';
import { REFUSED } from '../take.js';
import { addDeadLetter, addMessage, decodeMessage, type Reading } from './add-message.js';
import { type Rebuilt, writeAudited } from './audit.js';
import { openBatch, type RangeBatch, releaseBatch, writeBatch } from './batch.js';
import type { DeadLetterTopic } from './dead-letter-topic.js';
import type { WriteOutcome } from './partition-port.js';

export interface WriterOptions {
  contexts: Contexts;
  limits: BatchLimits;
  times: TimePolicy;
  quality: QualityBook;
  deadLetters: DeadLetterTopic | null;
  /**
   * Longest time between the commit of a range and its insert, ms. A process that was frozen for longer may have
   * been replaced, and the store may have forgotten the tokens: it compares with the store instead of inserting.
   */
  maxHoldMs: number;
  /** Tells that the store refuses writes for now (`null` = it takes them again). */
  blocked(reason: string | null): void;
  signal: AbortSignal;
}

/** Writes batches of ranges; one for all partitions. */
export function createRangeWriter(deps: IngestDeps, options: WriterOptions) {
  /** The range's messages again, only those of wanted offsets, as events rows. */
  async function rebuild(
    partition: number,
    reading: Reading,
    batch: RangeBatch,
    wanted: (offset: number) => boolean,
  ): Promise<Rebuilt | null> {
    const { limits, times, contexts } = options;
    const { source, range } = batch;
    const again = openBatch(deps, contexts, {
      source,
      first: range.first,
      replay: range,
      audit: false,
      again: true,
      limits,
      times,
    });
    try {
      for (const message of batch.messages ?? [])
        if (wanted(message.offset))
          await addMessage(silent(deps), again, partition, message, await decodeMessage(message, reading));
      const events = again.builder.tables().find((table) => table.table === 'events');
      if (!events) return null;
      // The builder's memory is used again for other batches.
      const rows = { ...events, body: events.body.map((piece) => Buffer.from(piece)) };
      return { rows, ids: [...again.builder.events.ids()] };
    } finally {
      releaseBatch(deps, again);
    }
  }

  async function attempt(
    topic: string,
    partition: number,
    reading: Reading,
    batch: RangeBatch,
  ): Promise<'stored' | 'unknown_before' | 'other_era'> {
    const { deadLetters } = batch.builder;
    if (options.deadLetters && deadLetters.length > 0) await options.deadLetters.send(topic, deadLetters);
    if (!batch.audit) {
      await deps.store.write(writeBatch(batch));
      return 'stored';
    }
    const result = await writeAudited(deps, batch, (of, wanted) => rebuild(partition, reading, of, wanted));
    const fields = { topic, partition, first: batch.range.first, last: batch.range.last, ...result };
    if (result.otherEvents) {
      deps.logger.error(fields, 'these offsets were other events before: the topic was recreated');
      return 'other_era';
    }
    deps.metrics.audited(result.lostByToken, result.rebuiltMinutes);
    if (result.lostByToken > 0 || result.rebuiltMinutes > 0) deps.logger.warn(fields, 'a range was repaired');
    else deps.logger.debug(fields, 'a range was compared with the store');
    return result.found === 0 ? 'unknown_before' : 'stored';
  }

  function settle(topic: string, partition: number, batch: RangeBatch, started: number): void {
    const { builder } = batch;
    deps.metrics.batch(builder.eventRows, batch.decodeMs, deps.clock() - started);
    deps.metrics.stored('kafka', builder.eventRows + builder.labelRows);
    for (const letter of builder.deadLetters) deps.metrics.deadLettered(letter.stage, 1);
    options.quality.note(builder, { topic, partition });
    builder.announce(deps.arrivals);
  }

  /** A record that the store refuses even alone goes to the dead letters. */
  async function buryAlone(
    topic: string,
    partition: number,
    batch: RangeBatch,
    error: unknown,
  ): Promise<void> {
    const { limits, times, contexts } = options;
    const { source, range } = batch;
    const empty = openBatch(deps, contexts, {
      source,
      first: range.first,
      replay: range,
      audit: false,
      again: true,
      limits,
      times,
    });
    empty.range = range;
    const message = error instanceof Error ? error.message : String(error);
    for (const record of batch.messages ?? [])
      addDeadLetter(deps, empty, partition, record, {
        stage: 'store',
        code: REFUSED,
        message,
        index: 0,
      });
    try {
      if (options.deadLetters) await options.deadLetters.send(topic, empty.builder.deadLetters);
      const whole = writeBatch(empty);
      await deps.store.write({ ...whole, key: `${whole.key}:dead` });
      settle(topic, partition, empty, deps.clock());
    } finally {
      releaseBatch(deps, empty);
    }
  }

  async function run(
    topic: string,
    partition: number,
    reading: Reading,
    batch: RangeBatch,
  ): Promise<WriteOutcome> {
    const started = deps.clock();
    for (let failures = 0; ; failures++) {
      if (!batch.audit && deps.clock() - batch.committedAt > options.maxHoldMs) {
        deps.logger.warn(
          { topic, partition, ...batch.range },
          'a range was held too long: it will be compared with the store',
        );
        return 'again';
      }
      try {
        const outcome = await attempt(topic, partition, reading, batch);
        options.blocked(null);
        if (outcome !== 'other_era') settle(topic, partition, batch, started);
        return outcome;
      } catch (error) {
        const outcome = await afterFailure(topic, partition, batch, error, failures);
        if (outcome) return outcome;
      }
    }
  }

  /** What follows a failed attempt; null = try again. */
  async function afterFailure(
    topic: string,
    partition: number,
    batch: RangeBatch,
    error: unknown,
    failures: number,
  ): Promise<WriteOutcome | null> {
    const fields = { err: error, topic, partition, ...batch.range, failures };
    const message = error instanceof Error ? error.message : String(error);
    const fromStore = error instanceof Error && 'retry' in error;
    if (!fromStore || mayRetry(error)) {
      if (failures % 10 === 0) deps.logger.warn(fields, 'a batch could not be written yet; partitions wait');
      options.blocked(message);
      await sleep(retryDelay(failures), options.signal);
      return options.signal.aborted ? 'again' : null;
    }
    const alone = batch.messages !== null && batch.messages.length <= 1;
    deps.logger.error(
      fields,
      alone ? 'the store refuses a record' : 'the store refuses a batch: looking for the record',
    );
    if (!alone) return 'refused';
    try {
      await buryAlone(topic, partition, batch, error);
      return 'stored';
    } catch (second) {
      deps.logger.error({ ...fields, err: second }, 'a dead letter could not be written');
      await sleep(retryDelay(failures), options.signal);
      return options.signal.aborted ? 'again' : null;
    }
  }

  return {
    async write(
      topic: string,
      partition: number,
      reading: Reading,
      batch: RangeBatch,
    ): Promise<WriteOutcome> {
      try {
        return await run(topic, partition, reading, batch);
      } finally {
        releaseBatch(deps, batch);
      }
    },
  };
}

/** The same room without its counters: what is decoded twice is counted once. */
function silent(deps: IngestDeps): IngestDeps {
  return { ...deps, metrics: NO_METRICS };
}
