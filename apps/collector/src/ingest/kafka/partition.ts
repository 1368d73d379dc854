import type { Contexts } from '../batch/contexts.js';
import type { IngestDeps } from '../deps.js';
import type { FastLane } from '../fast-lane.js';
import type { DecodedItem } from '../formats/decoded.js';
import { breathe, mayRetry } from '../retry.js';
import { addMessage, decodeMessage } from './add-message.js';
import { type Message, openBatch, type RangeBatch, releaseBatch } from './batch.js';
import { beating, isRebalance } from './beating.js';
import type { PartitionOptions, PartitionPort } from './partition-port.js';
import { type PendingRange, type PositionNote, sourceName, writeNote } from './position.js';

const SLICE_MS = 8;
const EVERYTHING = Number.MAX_SAFE_INTEGER;
/** Rows of a batch that is compared with the store only because the group has no position. */
const PROBE_ROWS = 1_000;
/** Part of a whole batch from which on it is written early. */
const EARLY_SHARE = 0.2;
/** How much longer a batch may collect where at least another whole one waits in Kafka. */
const BEHIND_FACTOR = 5;

/**
 * The intake of one partition for as long as one group generation owns it. Collects contiguous offsets, commits the
 * range before it is written (see docs/reliability.md), and keeps one batch collecting while one is being written.
 */
export class PartitionIntake {
  /** Offset of the next message to take. */
  next: number;
  /** Offset up to which everything is stored. */
  stored: number;
  highWatermark = 0;
  lastProgress: number;
  /** Offset that Kafka delivers from next, unless told otherwise: below it nothing may come. */
  resolved: number;
  private era: number;
  private open: RangeBatch | null = null;
  private writing: Promise<void> | null = null;
  private writingBytes = 0;
  private replay: PendingRange | null;
  /** Until this offset batches are compared with the store: their rows may be there already. */
  private auditUntil: number;
  /** Messages from here to the position are read for their halves of pairs only. */
  private learnFrom: number;
  /** Smaller batches while a record that the store refuses is searched for. */
  private search: { until: number; rows: number } | null = null;
  private openedAt = 0;
  private committedPlain = true;
  /** What `tick` has under way with the broker. */
  private ticking: Promise<void> | null = null;
  /** True while messages are being added: only then may `take` itself close the batch. */
  taking = false;
  /** Grows when the intake goes back or ends: messages in hand are then no longer the next ones. */
  private turn = 0;
  private dropped = false;
  /** What adding events needs; new features wait here for a store that is down. */
  private readonly adding: Pick<IngestDeps, 'registry' | 'metrics'>;

  constructor(
    private readonly deps: IngestDeps,
    private readonly contexts: Contexts,
    private readonly fast: FastLane,
    private readonly options: PartitionOptions,
    private readonly port: PartitionPort,
    start: { offset: number; note: PositionNote },
  ) {
    this.next = start.offset;
    this.stored = start.offset;
    this.resolved = start.note.since ?? start.offset;
    this.era = start.note.era;
    this.replay = start.note.range;
    this.auditUntil = Math.max(start.note.auditUntil, start.note.range?.last ?? -1);
    this.learnFrom = this.resolved;
    this.lastProgress = deps.clock();
    const { registry, metrics } = deps;
    this.adding = {
      metrics,
      registry: {
        order: (model) => registry.order(model),
        append: (model, features) => this.patiently(async () => registry.append(model, features)),
      },
    };
  }

  get source(): string {
    return sourceName(this.options.topic, this.options.partition, this.era);
  }

  /** Bytes of row text held here, collecting and being written. */
  get bytes(): number {
    return (this.open?.builder.bytes ?? 0) + this.writingBytes;
  }

  /** True while a batch is on its way into the store: memory will come free by itself. */
  get storing(): boolean {
    return this.writing !== null;
  }

  get busy(): boolean {
    return this.open !== null || this.writing !== null || this.taking;
  }

  /** Takes fetched messages in order; those below `next` were taken before. */
  async take(messages: readonly Message[]): Promise<void> {
    this.taking = true;
    try {
      await this.ticked();
      if (!this.dropped) await this.takeInOrder(messages);
    } catch (error) {
      // A message may be in the batch in part, so all of it is let go and read again. After a rebalance that begins
      // at the committed position, by a new intake; nothing of this one may be written meanwhile.
      if (isRebalance(error)) this.drop();
      else this.rewind();
      throw error;
    } finally {
      this.taking = false;
    }
  }

  /**
   * Waits for a commit that `tick` has begun. A message that came into the open batch meanwhile would be in a range that
   * was announced without it, and a commit that passes the range before must not arrive behind the next announcement.
   */
  private async ticked(): Promise<void> {
    const { ticking } = this;
    if (!ticking) return;
    await beating(this.port, () => ticking.catch(() => undefined));
  }

  private async takeInOrder(messages: readonly Message[]): Promise<void> {
    const { turn } = this;
    let sliceStart = performance.now();
    for (const message of messages) {
      if (message.offset < this.next) {
        // Read again only to know the halves that wait for their other half.
        if (message.offset >= this.learnFrom) await this.learn(message);
        if (turn !== this.turn) return;
        continue;
      }
      if (this.replay && message.offset > this.replay.last) await this.passReplay();
      if (turn !== this.turn) return;
      let batch = this.openFor(message.offset);
      if (!this.fast.add(batch.builder, message)) {
        const items = await this.decoded(message);
        if (turn !== this.turn) return;
        // While something was waited for, the batch before may have been closed.
        batch = this.openFor(message.offset);
        await addMessage(this.adding, batch, this.options.partition, message, items);
        if (turn !== this.turn) return;
      }
      batch.messages?.push(message);
      batch.range.last = message.offset;
      this.next = message.offset + 1;
      if (this.replay ? message.offset === this.replay.last : batch.builder.full || this.early(batch))
        await this.close();
      if (turn !== this.turn) return;
      const elapsed = performance.now() - sliceStart;
      if (elapsed > SLICE_MS) {
        batch.decodeMs += elapsed;
        await breathe();
        await this.port.heartbeat();
        sliceStart = performance.now();
      }
    }
    this.lastProgress = this.deps.clock();
    if (this.open) this.open.decodeMs += performance.now() - sliceStart;
  }

  /** The offsets began anew below what was taken: another era, in which the same offsets are other events. */
  beginEra(offset: number): void {
    this.era++;
    this.abandon();
    this.replay = null;
    this.auditUntil = -1;
    this.next = offset;
    this.stored = offset;
    this.resolved = offset;
  }

  private async learn(message: Message): Promise<void> {
    this.learnFrom = message.offset + 1;
    for (const _item of await this.decoded(message));
  }

  private async decoded(message: Message): Promise<Iterable<DecodedItem>> {
    const items = decodeMessage(message, this.options.reading);
    if (!(items instanceof Promise)) return items;
    return this.patiently((again) => (again ? decodeMessage(message, this.options.reading) : items), message);
  }

  /**
   * Does what may fail for a while (a store or a schema registry that is down) until it succeeds, keeping the
   * membership alive. What was collected before the message in hand is written meanwhile.
   */
  private async patiently<T>(work: (again: boolean) => T | Promise<T>, before?: Message): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        const result = await beating(this.port, async () => work(failures > 0));
        if (failures > 0) this.port.resume();
        return result;
      } catch (error) {
        if (!mayRetry(error)) throw error;
        await this.port.pause((error as Error).message, failures);
        // Waiting for others is no fault of this process.
        this.lastProgress = this.deps.clock();
        if (before && this.open && this.open.range.first < before.offset && this.due(false))
          await this.close();
      }
    }
  }

  private openFor(first: number): RangeBatch {
    if (this.open) return this.open;
    const { limits, times } = this.options;
    const audit = first <= this.auditUntil || this.search !== null;
    this.open = openBatch(this.deps, this.contexts, {
      source: this.source,
      first: this.replay?.first ?? first,
      replay: this.replay,
      audit,
      unsure: this.auditUntil === EVERYTHING,
      times,
      limits: {
        ...limits,
        rows: this.search?.rows ?? (this.auditUntil === EVERYTHING ? PROBE_ROWS : limits.rows),
      },
    });
    this.openedAt = this.deps.clock();
    return this.open;
  }

  /** The pending range ends before the message in hand: its last messages are gone (compaction, retention). */
  private async passReplay(): Promise<void> {
    if (this.open) await this.close();
    this.replay = null;
  }

  /** Commits the open batch's range and starts its write; waits for the one before. */
  private async close(): Promise<void> {
    const { turn } = this;
    await this.written();
    const batch = this.open;
    if (!batch || turn !== this.turn) return;
    const { replay } = this;
    if (replay) batch.range = replay;
    await this.port.commit(batch.range.first, this.note(batch.range));
    if (turn !== this.turn) return;
    batch.committedAt = this.deps.clock();
    this.committedPlain = false;
    this.open = null;
    this.replay = null;
    this.writingBytes = batch.builder.bytes;
    this.writing = this.write(batch).finally(() => {
      this.writing = null;
      this.writingBytes = 0;
      this.lastProgress = this.deps.clock();
    });
  }

  private note(range: PendingRange | null): string {
    const done = range?.last ?? this.stored - 1;
    const since = this.options.reading.pairs.since(range?.first ?? this.stored);
    return writeNote({
      era: this.era,
      range,
      auditUntil: this.auditUntil > done && this.auditUntil < EVERYTHING ? this.auditUntil : -1,
      since,
    });
  }

  private async write(batch: RangeBatch): Promise<void> {
    const outcome = await this.port.write(batch);
    if (this.dropped) return;
    if (outcome === 'stored' || outcome === 'unknown_before') {
      // Without a committed position the audit ends where the store knows nothing.
      if (outcome === 'unknown_before' && this.auditUntil === EVERYTHING) this.auditUntil = batch.range.last;
      this.stored = batch.range.last + 1;
      // Good ones between two bad ones come in large batches again.
      if (this.search) this.search.rows = Math.min(this.search.rows * 2, this.options.limits.rows);
      if (this.search && this.stored > this.search.until) this.search = null;
      return;
    }
    this.goBack(batch, outcome);
  }

  /** Reads the range again: to compare it with the store, or in halves until the record at fault stands alone. */
  private goBack(batch: RangeBatch, outcome: 'again' | 'refused' | 'other_era'): void {
    const { range } = batch;
    if (outcome === 'other_era') {
      this.beginEra(range.first);
      // The position is still unknown: this era may have been begun before as well.
      this.auditUntil = EVERYTHING;
      this.port.seek(range.first);
      return;
    }
    const rows = batch.messages?.length ?? batch.builder.eventRows;
    if (outcome === 'refused')
      this.search = { until: this.search?.until ?? range.last, rows: Math.max(1, Math.ceil(rows / 2)) };
    else this.replay = range;
    this.auditUntil = Math.max(this.auditUntil, range.last);
    this.readAgain(range.first);
  }

  /** Lets the open batch go, to be read again. */
  private rewind(): void {
    if (this.open && !this.dropped) this.readAgain(this.open.range.first);
  }

  private readAgain(from: number): void {
    this.abandon();
    this.next = from;
    this.resolved = from;
    this.port.seek(from);
  }

  /** Waits for the write under way, with heartbeats. */
  async written(): Promise<void> {
    for (let { writing } = this; writing !== null; writing = this.writing) {
      const mine = writing;
      await beating(this.port, () => mine);
    }
  }

  /** Called now and then: closes a batch that has waited long enough, and commits plainly when nothing is left. */
  async tick(force = false): Promise<void> {
    if (this.dropped || this.taking || this.ticking || this.writing) return;
    this.ticking = this.settle(force).finally(() => {
      this.ticking = null;
    });
    await this.ticking;
  }

  private async settle(force: boolean): Promise<void> {
    if (this.open) {
      if (this.due(force)) await this.close();
      return;
    }
    if (this.committedPlain || this.replay) return;
    this.committedPlain = true;
    try {
      await this.port.commit(this.stored, this.note(null));
    } catch (error) {
      this.committedPlain = false;
      throw error;
    }
  }

  /** Whether a part of a batch is worth writing already, because the store has nothing to do. */
  private early(batch: RangeBatch): boolean {
    return batch.builder.eventRows >= this.options.limits.rows * EARLY_SHARE && this.port.storeIdle();
  }

  /** Whether the open batch has waited long enough (`force`: whether it may be written at all). */
  private due(force: boolean): boolean {
    if (!this.open) return false;
    // A range to be repeated waits for its last message: written in parts it would have other tokens.
    if (this.replay && this.replay.last !== this.open.range.last) return false;
    const { maxAgeMs, limits } = this.options;
    // Far behind, waiting costs nobody anything, and whole batches make fewer parts to merge.
    const behind = this.highWatermark - this.next >= limits.rows;
    return force || this.deps.clock() - this.openedAt >= (behind ? maxAgeMs * BEHIND_FACTOR : maxAgeMs);
  }

  /** Lets everything go that is not committed; the next owner (or generation) reads it again. */
  drop(): void {
    this.dropped = true;
    this.abandon();
  }

  private abandon(): void {
    this.turn++;
    if (this.open) releaseBatch(this.deps, this.open);
    this.open = null;
  }
}
