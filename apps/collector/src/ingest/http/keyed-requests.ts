import { createHash, randomUUID } from 'node:crypto';
import type { IngestAnswer } from '@leeway/contract';
import { LRUCache } from 'lru-cache';
import type { Contexts } from '../batch/contexts.js';
import type { IngestDeps } from '../deps.js';
import { isLabel, isObject } from '../events/validate.js';
import { inferenceOf } from '../formats/cloudevents.js';
import type { DecodedItem, RawMessage } from '../formats/decoded.js';
import { addItems, answerOf, type Tally } from './add-items.js';
import { type Group, type GroupOptions, letGo, openGroup, writeGroup, writeTables } from './group.js';
import { IdempotencyKeyReused } from './key-reused.js';

type Items = Iterable<DecodedItem> | Promise<Iterable<DecodedItem>>;

const REMEMBERED_KEYS = 10_000;
const EVERY_OFFSET = 9_223_372_036_854_775_807n;

function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 32);
}

/** Whether a request is a dead letter that is sent again. */
export function isReplay(key: string): boolean {
  return key.startsWith('dead-letter:');
}

/**
 * Requests with an `Idempotency-Key`: each is a write of its own, whose events carry the key's hash as their source, so
 * that a retry finds them: in this process or another, before or after a restart, and while the first is under way.
 * The key belongs to one content: another one under it rejects with `IdempotencyKeyReused`.
 */
export function createKeyedRequests(deps: IngestDeps, contexts: Contexts, options: GroupOptions) {
  const answers = new LRUCache<string, { content: string; answer: IngestAnswer }>({ max: REMEMBERED_KEYS });
  const underWay = new Map<string, { content: string; work: Promise<IngestAnswer> }>();
  const limits = { ...options.limits, rows: Number.POSITIVE_INFINITY };

  /**
   * Whether what is stored under the key are these events: the ids at the same places. A half of an inference that waits
   * may have met its other half before: then events of it are stored, and what follows them has other places now.
   */
  async function sameEvents(
    source: string,
    tally: Tally,
    ids: ReadonlyMap<number, string>,
  ): Promise<boolean> {
    const places = await deps.store.storedIds(source, 0n, EVERY_OFFSET);
    if (tally.waiting.length > 0) {
      const sent = new Set([...ids.values(), ...tally.waiting]);
      const waiting = new Set(tally.waiting);
      return [...places.values()].some((stored) =>
        [...stored].some((id) => sent.has(id) || waiting.has(inferenceOf(id))),
      );
    }
    const items = tally.accepted + tally.rejectedCount;
    for (const [place, stored] of places) {
      const offset = Number(place);
      const id = ids.get(offset);
      if (offset >= items || (id !== undefined && !stored.has(id))) return false;
    }
    return true;
  }

  async function take(
    key: string,
    content: string,
    items: () => Items,
    whole: Buffer,
  ): Promise<IngestAnswer> {
    const source = `http:${hashOf(key)}`;
    const stored = await deps.store.storedBySource(source);
    // A dead letter that is sent again and refused again is there already.
    const body = isReplay(key) ? null : whole;
    // The token names the content too: labels of another content are not dropped as the repetition of these.
    const token = `${source}:${content}`;
    const mine = openGroup(deps, contexts, { ...options, limits }, token, source);
    const letters = hashOf(token);
    const ids = new Map<number, string>();
    const taken = (index: number, value: unknown) => {
      if (isObject(value) && !isLabel(value)) ids.set(index, String(value.id));
    };
    let tally: Tally;
    try {
      tally = await addItems(deps, await items(), {
        body,
        taken,
        letterId: (index) => `http:${letters}:${index}`,
        builder: () => mine.builder,
        used() {},
      });
      if (stored > 0 && !(await sameEvents(source, tally, ids))) throw new IdempotencyKeyReused();
    } catch (error) {
      letGo(deps, mine);
      throw error;
    }
    const rows = mine.builder.eventRows;
    const waits = tally.waiting.length > 0;
    if (stored > 0 && stored >= rows && (rows > 0 || waits)) {
      await complete(mine);
      // Events of a half that waits now count as they did when it had met its other half.
      const accepted = tally.accepted + (waits ? stored - rows : 0);
      return { ...answerOf(tally), accepted, replayed: true };
    }
    await writeGroup(deps, mine, options);
    if (rows > 0) await mend(source, tally, items);
    return answerOf(tally);
  }

  /**
   * The events of a request are there, and whoever wrote them may have ended before the rest was. Labels and dead letters
   * are the same rows however often they are written; counts are not, so they are compared with the events. Written also
   * where nothing is left of it: the store then knows that this batch is no longer half written.
   */
  async function complete(group: Group): Promise<void> {
    const { builder } = group;
    try {
      const rest = builder.tables().filter(({ table }) => table === 'labels' || table === 'dead_letters');
      await writeTables(deps, group, options, rest);
      const { rebuiltMinutes } = await deps.store.repairRange(builder.settings.source, 0n, EVERY_OFFSET);
      if (rebuiltMinutes > 0) builder.announce(deps.arrivals);
    } finally {
      letGo(deps, group);
    }
  }

  /** The deduplication log may know the key although its rows were lost in a crash: then they are written anew. */
  async function mend(source: string, tally: Tally, items: () => Items): Promise<void> {
    const last = BigInt(tally.accepted + tally.rejectedCount);
    const stored = await deps.store.storedOffsets(source, 0n, last);
    if (stored.size >= tally.accepted) return;
    const again = openGroup(deps, contexts, options, `${source}:${randomUUID()}`, source);
    const wanted = (index: number) => !stored.has(BigInt(index));
    try {
      await addItems(deps, await items(), { body: null, wanted, builder: () => again.builder, used() {} });
    } catch (error) {
      letGo(deps, again);
      throw error;
    }
    await writeGroup(deps, again, options, ['events']);
    await deps.store.repairRange(source, 0n, last);
  }

  return async (key: string, items: () => Items, message: RawMessage): Promise<IngestAnswer> => {
    const content = hashOf(message.headers['content-type'] ?? '', '\n', message.value);
    const known = answers.get(key) ?? underWay.get(key);
    if (known && known.content !== content) throw new IdempotencyKeyReused();
    if (known) return { ...('work' in known ? await known.work : known.answer), replayed: true };
    const work = take(key, content, items, message.value);
    underWay.set(key, { content, work });
    try {
      const answer = await work;
      // A request of which nothing could be taken is tried anew: what was wrong may be mended by then.
      if (answer.accepted > 0 || answer.rejected_count === 0) answers.set(key, { content, answer });
      return answer;
    } finally {
      underWay.delete(key);
    }
  };
}
