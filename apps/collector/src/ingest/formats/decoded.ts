import type { Stage } from '../batch/dead-letter.js';
import type { PairBook } from './pair-book.js';

/**
 * Bytes of one item alone, for its dead letter: sent again, they are this item and nothing else. Made only when they
 * are wanted. Absent = the message holds nothing else, so its own bytes are the item's.
 */
export type OwnBytes = () => Uint8Array;

/** One event found in a message, parsed but not yet checked; or why a part of the message can't be read. */
export type DecodedItem =
  | { value: unknown; own?: OwnBytes }
  | { problem: { code: string; message: string; stage: Stage }; own?: OwnBytes }
  /**
   * Understood and on purpose not an event: half of a pair that waits (under which id), a span of something else.
   * Counted by name.
   */
  | { ignored: string; waits?: string };

/** Headers of a message or request, lower-case names. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A message of Kafka or the body of a request. */
export interface RawMessage {
  value: Buffer;
  headers: Headers;
  /** Position in its source: halves of a pair are told apart by it. */
  offset: number;
  /** When it was sent, epoch ms: pairs expire by it. */
  timestamp: number;
  /** Halves that wait for their other half, of the message's own partition. */
  pairs: PairBook;
  /** A dead letter that is sent again: halves of pairs count although they may be known. */
  replayed?: boolean;
}

export function decodeProblem(code: string, message: string, own?: OwnBytes): DecodedItem {
  return { problem: { code, message, stage: 'decode' }, ...(own && { own }) };
}

/** A value as JSON, for what has no bytes of its own in the message. */
export function jsonBytes(value: unknown): OwnBytes {
  return () => Buffer.from(JSON.stringify(value) ?? 'null');
}

/** An item's own bytes, or the whole message's where it has none (or they can't be made). */
export function bytesOfItem(item: { own?: OwnBytes }, whole: Uint8Array): Uint8Array {
  try {
    return item.own?.() ?? whole;
  } catch {
    // Nested too deep to be written as JSON.
    return whole;
  }
}
