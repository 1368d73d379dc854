import type { ByteWriter } from './byte-writer.js';

/** Where an event stopped on its way. */
export type Stage = 'decode' | 'validate' | 'store';

/** One message, or one event of a message, that could not be taken. */
export interface DeadLetterRecord {
  /** The same record has the same id, however often it is met. */
  id: string;
  partition: number | null;
  offset: number | null;
  stage: Stage;
  code: string;
  message: string;
  /** The original bytes, whole. */
  payload: Uint8Array;
  /** Headers that the message came with, lower-case names; the topic of dead letters gets them too. */
  headers?: Readonly<Record<string, string | undefined>>;
}

export const DEAD_LETTER_COLUMNS = [
  'id',
  'at',
  'source',
  'partition',
  'offset',
  'stage',
  'code',
  'message',
  'payload',
] as const;

const TAB = 0x09;
/** Characters of a letter's message that are kept. */
export const MESSAGE_LIMIT = 2_000;

/** Appends the row of a dead letter; the payload is base64. */
export function writeDeadLetter(
  writer: ByteWriter,
  letter: DeadLetterRecord,
  source: string,
  at: number,
): void {
  writer.text(letter.id);
  writer.byte(TAB);
  writer.moment(at);
  writer.byte(TAB);
  writer.text(source);
  for (const value of [letter.partition, letter.offset]) {
    writer.byte(TAB);
    writer.ascii(value === null ? '\\N' : String(value));
  }
  for (const value of [letter.stage, letter.code, letter.message.slice(0, MESSAGE_LIMIT)]) {
    writer.byte(TAB);
    writer.text(value);
  }
  writer.byte(TAB);
  const { payload } = letter;
  writer.ascii(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('base64'));
  writer.byte(0x0a);
}
