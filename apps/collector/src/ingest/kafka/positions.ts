import type { Admin } from 'kafkajs';
import type { IngestLogger } from '../deps.js';
import { type PositionNote, readNote } from './position.js';

interface Committed {
  offset: number;
  metadata: string | null;
}

/** How often, at most, the log's start is asked for because offsets are missing, ms. */
const GAP_ASK_MS = 5_000;

/** Committed positions of the group with their metadata, and what their jumps mean. */
export function createPositions(
  admin: Admin,
  groupId: string,
  logger: IngestLogger,
  /** Told how many messages Kafka deleted before they were read. */
  lost: (messages: number) => void,
  /** The newest era of a partition that the store knows. */
  storedEra: (topic: string, partition: number) => Promise<number>,
  clock: () => number,
) {
  /** When the log's start was last asked for because of a gap, by partition. */
  const asked = new Map<string, number>();
  const known = new Map<string, Committed>();
  const fetched = new Map<string, Promise<Map<number, Committed>>>();

  async function fetchTopic(topic: string): Promise<Map<number, Committed>> {
    const answer = await admin.fetchOffsets({ groupId, topics: [topic] });
    const partitions = new Map<number, Committed>();
    for (const { partition, offset, metadata } of answer.find((entry) => entry.topic === topic)?.partitions ??
      [])
      partitions.set(partition, { offset: Number(offset), metadata });
    return partitions;
  }

  function now(topic: string): Promise<Map<number, Committed>> {
    let answer = fetched.get(topic);
    if (!answer) {
      answer = fetchTopic(topic);
      answer.catch(() => fetched.delete(topic));
      fetched.set(topic, answer);
    }
    return answer;
  }

  return {
    /** Remembers the positions as they stand before the consumer may reset them. Unknown topics have none. */
    async snapshot(topics: readonly string[]): Promise<void> {
      for (const topic of topics) {
        let partitions: Map<number, Committed>;
        try {
          partitions = await fetchTopic(topic);
        } catch (error) {
          logger.debug({ err: error, topic }, 'no committed positions yet');
          continue;
        }
        for (const [partition, committed] of partitions)
          if (committed.offset >= 0) known.set(`${topic}:${partition}`, committed);
      }
    },

    /** A new generation: positions are read again. */
    forget(): void {
      fetched.clear();
    },

    committed(topic: string, partition: number, offset: number, metadata: string): void {
      known.set(`${topic}:${partition}`, { offset, metadata });
    },

    /** Where the intake of a partition begins, whose first fetched message has `firstOffset`. */
    async start(
      topic: string,
      partition: number,
      firstOffset: number,
    ): Promise<{ offset: number; note: PositionNote }> {
      const committed = (await now(topic)).get(partition) ?? { offset: -1, metadata: null };
      const before = known.get(`${topic}:${partition}`);
      const fields = { topic, partition, firstOffset };
      if (committed.offset >= 0 && firstOffset >= committed.offset) {
        const note = readNote(committed.metadata) ?? { era: 0, range: null, auditUntil: -1, since: null };
        return { offset: committed.offset, note };
      }
      const last = committed.offset >= 0 ? committed : before;
      const era = last ? (readNote(last.metadata)?.era ?? 0) : 0;
      if (last && firstOffset < last.offset) {
        logger.error(
          { ...fields, committed: last.offset },
          'the committed position is beyond the log: the topic was recreated or truncated; its events are taken as new ones',
        );
        return { offset: firstOffset, note: { era: era + 1, range: null, auditUntil: -1, since: null } };
      }
      if (last) {
        lost(firstOffset - last.offset);
        logger.error(
          { ...fields, committed: last.offset, lost: firstOffset - last.offset },
          'Kafka no longer has the messages at the committed position: they were deleted before they were read',
        );
        return { offset: firstOffset, note: { era, range: null, auditUntil: -1, since: null } };
      }
      // A first start, or positions that the broker forgot: what is stored already is found by offset, until
      // a range turns up of which nothing is.
      if (firstOffset > 0)
        logger.warn(fields, 'the group has no position on this partition and begins in mid-log');
      return {
        offset: firstOffset,
        note: {
          era: await storedEra(topic, partition),
          range: null,
          auditUntil: Number.MAX_SAFE_INTEGER,
          since: null,
        },
      };
    },

    /**
     * Offsets between the expected and the first delivered one hold no message (any more). Compaction, aborted
     * messages and transaction markers leave gaps, and so does retention that was faster than this consumer: only
     * then the log begins behind the expected offset. Asked at most every few seconds, since some topics are all gaps.
     */
    async gap(topic: string, partition: number, expected: number, got: number): Promise<void> {
      const fields = { topic, partition, expected, got, missing: got - expected };
      const key = `${topic}:${partition}`;
      if (clock() - (asked.get(key) ?? 0) < GAP_ASK_MS)
        return logger.debug(fields, 'offsets hold no message');
      asked.set(key, clock());
      const offsets = await admin.fetchTopicOffsets(topic);
      const low = Number(offsets.find((entry) => entry.partition === partition)?.low ?? 0);
      const deleted = Math.min(low, got) - expected;
      if (deleted <= 0) return logger.debug(fields, 'offsets hold no message');
      lost(deleted);
      logger.error({ ...fields, lost: deleted }, 'messages were deleted before they were read');
    },
  };
}
