import type { Stage } from '../batch/dead-letter.js';

/** One event found in a message, parsed but not yet checked; or why a part of the message can't be read. */
export type DecodedItem =
  | {
      value: unknown;
      /** This item's own bytes where the message holds several, for its dead letter. */
      bytes?: Uint8Array;
      /** True when the message holds further events and this one's bytes are not at hand. */
      several?: boolean;
    }
  | { problem: { code: string; message: string; stage: Stage }; bytes?: Uint8Array };

/** Headers of a message or request, lower-case names. */
export type Headers = Readonly<Record<string, string | undefined>>;

export function decodeProblem(code: string, message: string, bytes?: Uint8Array): DecodedItem {
  return { problem: { code, message, stage: 'decode' }, ...(bytes && { bytes }) };
}
