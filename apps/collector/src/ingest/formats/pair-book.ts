/** One half of an inference: the request or the response. */
export interface Half {
  offset: number;
  /** Which item of its message it is. */
  place: number;
  /** Epoch ms. */
  time: number;
  /** Bytes that its body had in the message. */
  bytes: number;
  body: unknown;
  /** Sent again on purpose, as a dead letter: its pair begins anew where this half is known from another message. */
  replayed?: boolean;
}

function isSame(one: Half, other: Half): boolean {
  return one.offset === other.offset && one.place === other.place;
}

function isEarlier(one: Half, other: Half): boolean {
  return one.offset < other.offset || (one.offset === other.offset && one.place < other.place);
}

interface Pair {
  request: Half | null;
  response: Half | null;
}

export interface PairBookOptions {
  /** Pairs remembered at most; beyond it the oldest goes. */
  limit: number;
  /** Bytes of bodies remembered at most; beyond it the oldest goes. */
  bytes: number;
  /** Time after which a half no longer waits, ms. */
  ttlMs: number;
  /** Told how many halves went without having met their other half. */
  expired(count: number): void;
}

/** Of one partition. */
export const PAIR_LIMITS = { limit: 20_000, bytes: 16 * 1_048_576, ttlMs: 300_000 };

/**
 * Brings requests and responses together that come as messages of their own. A pair stays until it is old, so that
 * decoding the same range twice gives the same events: the later half always finds the earlier one.
 */
export class PairBook {
  private readonly pairs = new Map<string, Pair>();
  private held = 0;

  constructor(private readonly options: PairBookOptions) {}

  /** Adds a half; returns the other one when it came earlier. */
  meet(id: string, side: 'request' | 'response', half: Half): Half | null {
    this.expire(half.time);
    const before = this.pairs.get(id)?.[side];
    if (before && !isSame(before, half)) {
      // The same id again at another place is a retry of the sender: the first one counts.
      if (!half.replayed) return null;
      this.remove(id);
    }
    const pair = this.pairs.get(id) ?? { request: null, response: null };
    this.held += half.bytes - (pair[side]?.bytes ?? 0);
    pair[side] = half;
    this.pairs.set(id, pair);
    while (this.pairs.size > this.options.limit || (this.held > this.options.bytes && this.pairs.size > 1))
      this.removeOldest();
    const other = side === 'request' ? pair.response : pair.request;
    return other !== null && isEarlier(other, half) ? other : null;
  }

  /**
   * Offset from which messages must be read again to know what this book knows at `offset`; null when nothing of
   * before is needed.
   */
  since(offset: number): number | null {
    let oldest: number | null = null;
    for (const { request, response } of this.pairs.values()) {
      const offsets = [request, response].flatMap((half) => (half ? [half.offset] : []));
      const first = Math.min(...offsets);
      const open = offsets.length === 1 || Math.max(...offsets) >= offset;
      if (first < offset && open && (oldest === null || first < oldest)) oldest = first;
    }
    return oldest;
  }

  /** Halves that have not met their other half, with the key they wait under; they no longer wait afterwards. */
  takeWaiting(): { id: string; half: Half }[] {
    const waiting: { id: string; half: Half }[] = [];
    for (const [id, { request, response }] of this.pairs) {
      if (request && response) continue;
      this.remove(id);
      const half = request ?? response;
      if (half) waiting.push({ id, half });
    }
    return waiting;
  }

  /** Forgets the halves of one message, of which nothing was taken: they come again. What they met waits as before. */
  forget(offset: number): void {
    for (const [id, pair] of this.pairs)
      for (const side of ['request', 'response'] as const) {
        const half = pair[side];
        if (half?.offset !== offset) continue;
        pair[side] = null;
        this.held -= half.bytes;
        if (!pair.request && !pair.response) this.pairs.delete(id);
      }
  }

  get size(): number {
    return this.pairs.size;
  }

  /** Bytes of bodies held. */
  get bytes(): number {
    return this.held;
  }

  private remove(id: string): void {
    const pair = this.pairs.get(id);
    this.held -= (pair?.request?.bytes ?? 0) + (pair?.response?.bytes ?? 0);
    this.pairs.delete(id);
  }

  private expire(now: number): void {
    let alone = 0;
    for (const [id, pair] of this.pairs) {
      const newest = Math.max(pair.request?.time ?? 0, pair.response?.time ?? 0);
      if (now - newest <= this.options.ttlMs) break;
      this.remove(id);
      if (!pair.request || !pair.response) alone++;
    }
    if (alone > 0) this.options.expired(alone);
  }

  private removeOldest(): void {
    const oldest = this.pairs.entries().next().value;
    if (!oldest) return;
    this.remove(oldest[0]);
    if (!oldest[1].request || !oldest[1].response) this.options.expired(1);
  }
}
