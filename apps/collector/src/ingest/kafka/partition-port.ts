import type { BatchLimits } from '../batch/settings.js';
import type { TimePolicy } from '../events/time.js';
import type { Reading } from './add-message.js';
import type { RangeBatch } from './batch.js';

/** What a partition's intake does through Kafka; the source provides it. */
export interface PartitionPort {
  /** Commits within the generation that this intake belongs to; throws when the group has moved on. */
  commit(offset: number, metadata: string): Promise<void>;
  /** Makes Kafka deliver again from `offset`. */
  seek(offset: number): void;
  /** Writes the batch; resolves when it is stored, or with the reason to go back. Never rejects. */
  write(batch: RangeBatch): Promise<WriteOutcome>;
  /** Keeps the membership alive during a wait; throws when the group is rebalancing. */
  heartbeat(): Promise<void>;
  /** Waits before something that this partition needs is tried again; throws when the source is stopping. */
  pause(reason: string, failures: number): Promise<void>;
  /** What was waited for is there again. */
  resume(): void;
  /** Whether the store has had no batch to write for a while. */
  storeIdle(): boolean;
}

/**
 * `stored`, or `unknown_before` when an audit found nothing of the range in the store; or `again` (unclear how much
 * is stored: audit it); or `refused` (a record is at fault: find it); or `other_era` (the same offsets are stored
 * already, with other events).
 */
export type WriteOutcome = 'stored' | 'unknown_before' | 'again' | 'refused' | 'other_era';

export interface PartitionOptions {
  topic: string;
  partition: number;
  limits: BatchLimits;
  times: TimePolicy;
  reading: Reading;
  /** Oldest age of an open batch, ms. */
  maxAgeMs: number;
}
