import type { Stage } from '../batch/dead-letter.js';
import type { PairBook } from './pair-book.js';

/** One event found in a message, parsed but not yet checked; or why a part of the message can't be read. */
export type DecodedItem =
  | {
      value: unknown;
      /** This item's own bytes where the message holds several, for its dead letter. */
      bytes?: Uint8Array;
      /** True when the message holds further events and this one's bytes are not at hand. */
      several?: boolean;
    }
  | { problem: { code: string; message: string; stage: Stage }; bytes?: Uint8Array }
  /** Understood and on purpose not an event: half of a pair that waits, a span of something else. Counted by name. */
  | { ignored: string };

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
}

export function decodeProblem(code: string, message: string, bytes?: Uint8Array): DecodedItem {
  return { problem: { code, message, stage: 'decode' }, ...(bytes && { bytes }) };
}
