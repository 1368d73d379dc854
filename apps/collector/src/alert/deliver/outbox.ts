import type { Delivery } from '@leeway/contract';
import type { Logger } from 'pino';
import type { Message } from '../notify/message.js';
import type { Journal } from '../ports.js';
import type { Send } from '../receivers/receiver.js';
import { backoffMs, type Outcome } from './outcome.js';

/** What a journal entry of kind `delivery` holds: first with the message, at the end without. */
export interface DeliveryEntry {
  id: string;
  receiver: string;
  kind: string;
  group: string;
  incident: string | null;
  why: Delivery['why'];
  state: Delivery['state'];
  attempts: number;
  error: string | null;
  createdAt: number;
  endedAt: number | null;
  /** Only while queued: what will be sent, word for word. */
  message?: Message;
  /** Only of Alertmanager, where alerts are sent and not messages: which were told, and as what. */
  alerts?: { key: string; phase: string }[];
}

export interface OutboxLimits {
  /** Messages waiting for one receiver; beyond it the oldest is given up. */
  perReceiver: number;
  /** Messages of different groups on their way to one receiver at once. */
  parallel: number;
  giveUpAfterMs: number;
  maxBackoffMs: number;
  history: number;
}

export const OUTBOX_LIMITS: OutboxLimits = {
  perReceiver: 10_000,
  parallel: 4,
  giveUpAfterMs: 6 * 3_600_000,
  maxBackoffMs: 60_000,
  history: 2_000,
};

interface Lane {
  /** Waiting messages by group; the first of each group goes first. A failing group moves to the end. */
  groups: Map<string, DeliveryEntry[]>;
  waiting: number;
  flying: Set<string>;
  failures: number;
  openAt: number;
  gone: boolean;
  lastError: string | null;
  last: DeliveryEntry | null;
}

/**
 * Messages on their way. Each is in the journal, whole, before it is sent, and marked there when it arrived; a crash
 * in between sends it again with the same key. Messages of one group keep their order; a receiver that fails is
 * left alone for a growing while, and one failing message doesn't hold back the others.
 */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  readonly #history = new Map<string, DeliveryEntry>();
  readonly #running = new Set<Promise<void>>();
  #closing = false;
  #stopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly sender: (receiver: string) => Send | null,
    private readonly now: () => number,
    private readonly log: Logger,
    private limits: OutboxLimits = OUTBOX_LIMITS,
  ) {}

  configure(limits: Partial<OutboxLimits>): void {
    this.limits = { ...this.limits, ...limits };
    for (const lane of this.#lanes.values()) {
      lane.gone = false;
      lane.openAt = 0;
    }
  }

  /** Takes a message that is journalled as queued, or a journal entry of an earlier process. */
  take(entry: DeliveryEntry): void {
    this.#remember(entry);
    const lane = this.#lane(entry.receiver);
    const queue = lane.groups.get(entry.group) ?? [];
    if (entry.state === 'queued') {
      queue.push(entry);
      lane.waiting += 1;
      lane.groups.set(entry.group, queue);
      return;
    }
    lane.last = entry;
    this.#remove(lane, entry);
  }

  /** What is known of the past, oldest first, and what waits, whole and in order. */
  export(): DeliveryEntry[] {
    const ended = [...this.#history.values()].filter((entry) => entry.state !== 'queued');
    const waiting = [...this.#lanes.values()].flatMap((lane) => [...lane.groups.values()].flat());
    return [...ended, ...waiting];
  }

  /** Lists what another way of sending does; what ended is journalled. */
  note(entry: DeliveryEntry, model: string): void {
    this.#remember(entry);
    this.#lane(entry.receiver).last = entry;
    if (entry.state === 'queued') return;
    this.journal
      .append([{ at: this.now(), kind: 'delivery', model, body: entry }])
      .catch((error) =>
        this.log.error({ err: error, notification: entry.id }, 'a delivery could not be journalled'),
      );
  }

  /** The clock went back by `ms`: waits are counted from where it stands now. */
  rewind(ms: number): void {
    for (const lane of this.#lanes.values()) lane.openAt -= ms;
  }

  /** Sends whatever may go now. Returns at once; the work goes on behind it. */
  pump(): void {
    if (this.#closing) return;
    const now = this.now();
    for (const [receiver, lane] of this.#lanes) {
      while (lane.waiting > this.limits.perReceiver && this.#giveUpOldest(lane));
      if (lane.openAt > now) continue;
      // After a failure one message goes ahead to see whether the receiver is back.
      const room = lane.failures > 0 ? 1 : this.limits.parallel;
      while (lane.flying.size < room) {
        const entry = next(lane);
        if (!entry) break;
        lane.flying.add(entry.group);
        const run = this.#attempt(receiver, lane, entry).finally(() => this.#running.delete(run));
        this.#running.add(run);
      }
    }
  }

  async #attempt(receiver: string, lane: Lane, entry: DeliveryEntry): Promise<void> {
    const send = this.sender(receiver);
    let outcome: Outcome;
    if (lane.gone)
      outcome = final('the receiver answered 410 Gone; change its configuration to use it again');
    else if (!send) outcome = final(`there is no receiver "${receiver}" any more`);
    else if (this.now() - entry.createdAt > this.limits.giveUpAfterMs)
      outcome = final(`given up: ${entry.error ?? 'too old'}`);
    else {
      entry.attempts += 1;
      outcome = await send(entry.message!);
    }
    lane.flying.delete(entry.group);
    if (this.#stopped) return;
    if (outcome.ok) {
      lane.failures = 0;
      lane.lastError = null;
      await this.#end(lane, entry, 'delivered', null);
    } else if (outcome.retry) {
      this.#later(receiver, lane, entry, outcome);
    } else {
      lane.gone ||= outcome.gone;
      lane.lastError = outcome.error;
      this.log.error(
        { receiver, notification: entry.id, error: outcome.error },
        'a notification could not be delivered',
      );
      await this.#end(lane, entry, 'failed', outcome.error);
    }
    this.pump();
  }

  #later(receiver: string, lane: Lane, entry: DeliveryEntry, outcome: Extract<Outcome, { ok: false }>): void {
    lane.failures += 1;
    const wait = outcome.waitMs ?? backoffMs(lane.failures, this.limits.maxBackoffMs, Math.random());
    lane.openAt = this.now() + wait;
    lane.lastError = outcome.error;
    entry.error = outcome.error;
    const queue = lane.groups.get(entry.group);
    if (queue) {
      lane.groups.delete(entry.group);
      lane.groups.set(entry.group, queue);
    }
    this.log.warn(
      { receiver, attempts: entry.attempts, retry_in_ms: Math.round(wait), error: outcome.error },
      'a notification will be sent again',
    );
  }

  async #end(
    lane: Lane,
    entry: DeliveryEntry,
    state: 'delivered' | 'failed',
    error: string | null,
  ): Promise<void> {
    this.#remove(lane, entry);
    const { message: _message, ...rest } = entry;
    const ended: DeliveryEntry = { ...rest, state, error, endedAt: this.now() };
    lane.last = ended;
    this.#remember(ended);
    try {
      await this.journal.append([
        { at: this.now(), kind: 'delivery', model: entry.message?.model ?? '', body: ended },
      ]);
    } catch (failure) {
      // It is sent; after a restart it would be sent again, with the same key.
      this.log.error({ err: failure, notification: entry.id }, 'a delivery could not be journalled');
    }
  }

  #giveUpOldest(lane: Lane): boolean {
    const oldest = next(lane);
    if (!oldest) return false;
    void this.#end(lane, oldest, 'failed', `given up: more than ${this.limits.perReceiver} messages wait`);
    return true;
  }

  #remove(lane: Lane, entry: DeliveryEntry): void {
    const queue = lane.groups.get(entry.group);
    const at = queue?.findIndex((waiting) => waiting.id === entry.id) ?? -1;
    if (!queue || at < 0) return;
    queue.splice(at, 1);
    lane.waiting -= 1;
    if (queue.length === 0) lane.groups.delete(entry.group);
  }

  #lane(receiver: string): Lane {
    const known = this.#lanes.get(receiver);
    if (known) return known;
    const lane: Lane = {
      groups: new Map(),
      waiting: 0,
      flying: new Set(),
      failures: 0,
      openAt: 0,
      gone: false,
      lastError: null,
      last: null,
    };
    this.#lanes.set(receiver, lane);
    return lane;
  }

  #remember(entry: DeliveryEntry): void {
    this.#history.delete(entry.id);
    const { message: _message, alerts: _alerts, ...rest } = entry;
    // The waiting ones are shown live; for the past a copy without the message will do.
    this.#history.set(entry.id, entry.state === 'queued' ? entry : rest);
    if (this.#history.size > this.limits.history) {
      for (const oldest of this.#history.keys()) {
        this.#history.delete(oldest);
        break;
      }
    }
  }

  /** Newest first. */
  list(filter: (entry: DeliveryEntry) => boolean, limit: number): DeliveryEntry[] {
    const found: DeliveryEntry[] = [];
    for (const entry of [...this.#history.values()].reverse()) {
      if (!filter(entry)) continue;
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found;
  }

  status(receiver: string) {
    const lane = this.#lanes.get(receiver);
    const health =
      !lane?.last && !lane?.failures ? 'idle' : lane.gone ? 'gone' : lane.failures > 0 ? 'failing' : 'ok';
    return {
      health,
      queued: lane?.waiting ?? 0,
      lastError: lane?.lastError ?? null,
      last: lane?.last ?? null,
    } as const;
  }

  /** Takes nothing new and waits for what is on its way, at most `ms`. The rest goes on after the next start. */
  async stop(ms: number): Promise<void> {
    this.#closing = true;
    const late = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
    await Promise.race([Promise.allSettled(this.#running), late]);
    this.#stopped = true;
  }
}

function next(lane: Lane): DeliveryEntry | null {
  for (const [group, queue] of lane.groups) if (!lane.flying.has(group)) return queue[0] ?? null;
  return null;
}

const final = (error: string): Outcome => ({ ok: false, retry: false, error, waitMs: null, gone: false });

/** A delivery as the API shows it. */
export function describeDelivery(entry: DeliveryEntry): Delivery {
  return {
    id: entry.id,
    receiver: entry.receiver,
    kind: entry.kind,
    dedup_key: entry.id,
    incident: entry.incident,
    why: entry.why,
    state: entry.state,
    attempts: entry.attempts,
    last_error: entry.error,
    created_at: new Date(entry.createdAt).toISOString(),
    delivered_at:
      entry.state === 'delivered' && entry.endedAt !== null ? new Date(entry.endedAt).toISOString() : null,
  };
}
