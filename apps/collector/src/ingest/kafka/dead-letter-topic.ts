import type { Producer } from 'kafkajs';
import type { DeadLetterRecord } from '../batch/dead-letter.js';

/** Names of the headers on a message of the dead-letter topic. */
export const DEAD_LETTER_HEADERS = {
  topic: 'leeway-source-topic',
  partition: 'leeway-source-partition',
  offset: 'leeway-source-offset',
  code: 'leeway-error-class',
  message: 'leeway-error-message',
  stage: 'leeway-stage',
} as const;

/** Where dead letters go besides the store's table. */
export interface DeadLetterTopic {
  send(sourceTopic: string, letters: readonly DeadLetterRecord[]): Promise<void>;
}

const CHUNK = 500;
const MESSAGE_LIMIT = 2_000;

/**
 * Produces dead letters with their original bytes and headers that say where they come from and what is wrong. The
 * key is the letter's id, so a letter that is sent twice (a crash between sending and committing) has one key.
 */
export function createDeadLetterTopic(producer: Producer, topic: string): DeadLetterTopic {
  return {
    async send(sourceTopic, letters) {
      for (let i = 0; i < letters.length; i += CHUNK) {
        await producer.send({
          topic,
          acks: -1,
          messages: letters.slice(i, i + CHUNK).map((letter) => ({
            key: letter.id,
            value: Buffer.from(letter.payload.buffer, letter.payload.byteOffset, letter.payload.length),
            headers: {
              [DEAD_LETTER_HEADERS.topic]: sourceTopic,
              [DEAD_LETTER_HEADERS.partition]: String(letter.partition ?? ''),
              [DEAD_LETTER_HEADERS.offset]: String(letter.offset ?? ''),
              [DEAD_LETTER_HEADERS.code]: letter.code,
              [DEAD_LETTER_HEADERS.message]: letter.message.slice(0, MESSAGE_LIMIT),
              [DEAD_LETTER_HEADERS.stage]: letter.stage,
            },
          })),
        });
      }
    },
  };
}
