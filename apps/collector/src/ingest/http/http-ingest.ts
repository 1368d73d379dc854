import { randomUUID } from 'node:crypto';
import type { IngestAnswer } from '@leeway/contract';
import { Contexts } from '../batch/contexts.js';
import type { QualityBook } from '../batch/data-quality.js';
import { BATCH_LIMITS, type BatchLimits } from '../batch/settings.js';
import type { IngestDeps } from '../deps.js';
import type { TimePolicy } from '../events/time.js';
import { createDecode, type Decode } from '../formats/decode.js';
import type { Headers } from '../formats/decoded.js';
import { PAIR_LIMITS, PairBook } from '../formats/pair-book.js';
import { createSchemaRegistry, type RegistryOptions } from '../formats/schema-registry.js';
import { addItems, answerOf } from './add-items.js';
import { type Group, openGroup, writeGroup } from './group.js';
import { keepHalves } from './keep-halves.js';
import { createKeyedRequests, isReplay } from './keyed-requests.js';
import { IngestUnavailable } from './unavailable.js';

export interface HttpIngestOptions {
  times: TimePolicy;
  quality: QualityBook;
  limits?: Partial<BatchLimits>;
  /** How long events of separate requests wait for each other to be written together, ms. */
  gatherMs?: number;
  /** Body bytes of all requests under way; more are refused with `overloaded`. */
  bytesInFlight?: number;
  /** How long a failing write is tried again, ms. */
  retryForMs?: number;
  /** Where the schemas of Confluent's wire format are; null = nowhere. */
  registry?: RegistryOptions | null;
}

interface OpenGroup extends Group {
  written: Promise<void>;
  close(): void;
}

/**
 * Events and labels over HTTP. Requests that come close together are written together; the answer waits for the
 * write, so "accepted" means stored. With an `Idempotency-Key` a request is a write of its own that a retry finds.
 */
export function createHttpIngest(deps: IngestDeps, options: HttpIngestOptions) {
  const limits = { ...BATCH_LIMITS, ...options.limits };
  const group = {
    limits,
    times: options.times,
    retryForMs: options.retryForMs ?? 20_000,
    quality: options.quality,
  };
  const gatherMs = options.gatherMs ?? 20;
  const bytesAllowed = options.bytesInFlight ?? 256 * 1_048_576;
  const contexts = new Contexts(deps.registry, limits.models);
  const keyed = createKeyedRequests(deps, contexts, group);
  let open: OpenGroup | null = null;
  let bytesInFlight = 0;
  let stopping = false;
  let requests = 0;
  const decode = createDecode(options.registry ? createSchemaRegistry(options.registry) : null);
  const pairs = new PairBook({
    ...PAIR_LIMITS,
    bytes: 4 * PAIR_LIMITS.bytes,
    expired: (count) => deps.metrics.rejected('http', 'unpaired', count),
  });
  const busy = new Set<Promise<unknown>>();
  // Requests add their events one after the other, so that a group is closed only between them.
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => {});
    return mine;
  }

  function currentGroup(): OpenGroup {
    if (open && !open.builder.full) return open;
    open?.close();
    const started = openGroup(deps, contexts, group, `http:${randomUUID()}`, 'http');
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      const timer = setTimeout(() => void inTurn(async () => close()), gatherMs);
      close = () => {
        clearTimeout(timer);
        if (open?.key === started.key) open = null;
        resolve();
      };
    });
    const written = closed.then(() => writeGroup(deps, started, group));
    written.catch(() => {});
    open = { ...started, written, close };
    return open;
  }

  async function takeGathered(items: () => ReturnType<Decode>, body: Buffer): Promise<IngestAnswer> {
    const found = await items();
    const groups = new Set<OpenGroup>();
    let current: OpenGroup | null = null;
    const target = {
      body,
      builder() {
        current = currentGroup();
        return current.builder;
      },
      used() {
        if (current) groups.add(current);
      },
    };
    const tally = await inTurn(() => addItems(deps, found, target));
    await Promise.all(Array.from(groups, (used) => used.written));
    return answerOf(tally);
  }

  async function take(body: Buffer, contentType: string, headers: Headers): Promise<IngestAnswer> {
    if (stopping) throw new IngestUnavailable('The collector is stopping.', 'shutting_down');
    if (!deps.store.healthy())
      throw new IngestUnavailable('The store takes no writes at the moment.', 'store_unavailable');
    if (bytesInFlight + body.length > bytesAllowed)
      throw new IngestUnavailable(
        'Too many bytes of other requests are waiting to be written.',
        'overloaded',
      );
    bytesInFlight += body.length;
    const key = headers['idempotency-key'];
    const message = {
      value: body,
      headers: { ...headers, 'content-type': contentType },
      offset: ++requests,
      timestamp: deps.clock(),
      pairs,
      ...(key !== undefined && isReplay(key) && { replayed: true }),
    };
    const items = () => decode(message);
    const work = key ? keyed(key, items, message) : takeGathered(items, body);
    busy.add(work);
    try {
      const result = await work;
      deps.metrics.received('http', result.accepted + result.rejected_count, body.length);
      return result;
    } catch (error) {
      pairs.forget(message.offset);
      throw error;
    } finally {
      busy.delete(work);
      bytesInFlight -= body.length;
    }
  }

  return {
    /** Takes prediction events (and labels among them). Rejects with `IngestUnavailable` or the store's failure. */
    events: take,
    /** Takes labels; the two differ only in what the sender means. */
    labels: take,
    /** Takes no more, and waits for what is under way, at most `deadlineMs`. */
    async stop(deadlineMs: number): Promise<void> {
      stopping = true;
      open?.close();
      const all = Promise.allSettled([...busy]);
      const ending = all.then(() =>
        keepHalves(
          deps,
          pairs.takeWaiting(),
          () => openGroup(deps, contexts, group, `http:${randomUUID()}`, 'http'),
          group,
        ),
      );
      await Promise.race([ending, new Promise((resolve) => setTimeout(resolve, deadlineMs).unref())]);
    },
  };
}

export type HttpIngest = ReturnType<typeof createHttpIngest>;
