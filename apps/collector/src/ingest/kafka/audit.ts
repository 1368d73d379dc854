import type { IngestDeps } from '../deps.js';
import type { TableRows, WriteBatch } from '../ports.js';
import type { RangeBatch } from './batch.js';
import { writeBatch } from './batch.js';

export interface AuditResult {
  /** Events of the range that were stored before. */
  found: number;
  /** Events that the token said were stored and that were not. */
  lostByToken: number;
  rebuiltMinutes: number;
  /** The offsets are stored with other events: the topic was recreated. Nothing was written. */
  otherEvents: boolean;
}

/** Rows of events, and which offset and id each has. */
export interface Rebuilt {
  rows: TableRows;
  ids: readonly { offset: number; id: string }[];
}

/** Builds the events of the offsets that `wanted` picks, from the batch's messages; null = there are none. */
export type Rebuild = (batch: RangeBatch, wanted: (offset: number) => boolean) => Promise<Rebuilt | null>;

/**
 * Writes a range of which nobody knows how much is stored: after a crash, a freeze or a lost position. The
 * deduplication log alone can't be trusted (it may know a token whose rows never appeared, or have forgotten one),
 * so events are compared by offset before and after, and counts are rebuilt from events where they differ.
 */
export async function writeAudited(
  deps: IngestDeps,
  batch: RangeBatch,
  rebuild: Rebuild,
): Promise<AuditResult> {
  const { store } = deps;
  const whole = writeBatch(batch);
  const { source, firstOffset, lastOffset } = whole;
  const before = await store.storedOffsets(source, firstOffset, lastOffset);
  if (batch.unsure && before.size > 0 && (await holdsOthers(deps, batch, rebuild)))
    return { found: 0, lostByToken: 0, rebuiltMinutes: 0, otherEvents: true };
  const others = whole.tables.filter((table) => table.table !== 'events');

  const insertMissing = async (stored: ReadonlySet<bigint>, attempt: string): Promise<number> => {
    const events = await rebuild(batch, (offset) => !stored.has(BigInt(offset)));
    if (!events) return 0;
    const part: WriteBatch = { ...whole, key: `${whole.key}:${attempt}`, tables: [events.rows] };
    await store.write(part);
    return events.rows.rows;
  };

  let lostByToken = 0;
  if (before.size === 0) {
    await store.write(whole);
    const after = await store.storedOffsets(source, firstOffset, lastOffset);
    // A new token: the old one is known and its rows are not there.
    lostByToken = await insertMissing(after, `missing-${deps.clock()}`);
  } else {
    // The counts' own tokens first, so that a late insert of a frozen predecessor finds them known.
    await store.write({ ...whole, tables: others });
    lostByToken = await insertMissing(before, `missing-${deps.clock()}`);
  }
  const { rebuiltMinutes } = await store.repairRange(source, firstOffset, lastOffset);
  return { found: before.size, lostByToken, rebuiltMinutes, otherEvents: false };
}

/**
 * Whether the store holds the range's offsets with none of the range's event ids. A group without a position may be
 * new on a topic that was deleted and created again (Kafka deletes the positions with the topic).
 */
async function holdsOthers(deps: IngestDeps, batch: RangeBatch, rebuild: Rebuild): Promise<boolean> {
  const { source, firstOffset, lastOffset } = writeBatch(batch);
  const stored = await deps.store.storedIds(source, firstOffset, lastOffset);
  const events = await rebuild(batch, () => true);
  if (!events) return false;
  let others = false;
  for (const { offset, id } of events.ids) {
    const ids = stored.get(String(offset));
    if (!ids) continue;
    if (ids.has(id)) return false;
    others = true;
  }
  return others;
}
