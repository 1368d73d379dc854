import type { Message, Producer } from 'kafkajs';
import { type DeadLetterRecord, MESSAGE_LIMIT } from '../batch/dead-letter.js';
import type { IngestLogger } from '../deps.js';
import { sleep } from '../retry.js';

/** Names of the headers on a message of the dead-letter topic; the message's own headers stand beside them. */
export const DEAD_LETTER_HEADERS = {
  topic: 'leeway-source-topic',
  partition: 'leeway-source-partition',
  offset: 'leeway-source-offset',
  code: 'leeway-error-class',
  message: 'leeway-error-message',
  stage: 'leeway-stage',
  /** Only where the topic takes no message of this size: how many bytes there were. The store's table has them all. */
  cut: 'leeway-cut-from-bytes',
  /** Only where the topic takes no message with its own headers: the names of those left out, cut to a few. */
  cutHeaders: 'leeway-cut-headers',
} as const;

/** Where dead letters go besides the store's table. */
export interface DeadLetterTopic {
  send(sourceTopic: string, letters: readonly DeadLetterRecord[]): Promise<void>;
}

/** So long the producer may take for one request, with all that it tries again by itself, ms. */
const SEND_LIMIT_MS = 45_000;
/** Longest wait for a producer to let go of its connection, ms. */
const DISCONNECT_LIMIT_MS = 5_000;

/** One request holds at most so many letters, and (unless it is one alone) so many bytes: brokers take 1 MiB. */
const CHUNK_LETTERS = 500;
const CHUNK_BYTES = 524_288;
/** What its key and the headers that say where it comes from add to a letter, about. */
const FRAME_BYTES = 512;
/** Where not even so few bytes of a letter get into the topic, its bytes are not what is too large. */
const LEAST_BYTES = 1_024;
/** Characters of the names of headers that are left out. */
const NAMES_LIMIT = 200;

/** Whether a broker refused a message for its size. */
export function isTooLarge(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if ('type' in inner && /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/.test(String(inner.type)))
      return true;
  return false;
}

/** The headers that the message itself came with. */
function ownHeaders(letter: DeadLetterRecord): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(letter.headers ?? {}))
    if (value !== undefined && !name.startsWith('leeway-')) headers[name] = value;
  return headers;
}

function bytesOfHeaders(letter: DeadLetterRecord): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(ownHeaders(letter)))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}

function messageOf(
  sourceTopic: string,
  letter: DeadLetterRecord,
  keep = Number.POSITIVE_INFINITY,
  withHeaders = true,
): Message {
  const { payload } = letter;
  const kept = Math.min(payload.length, keep);
  const own = ownHeaders(letter);
  const leftOut = Object.keys(own).join(',').slice(0, NAMES_LIMIT);
  return {
    key: letter.id,
    value: Buffer.from(payload.buffer, payload.byteOffset, kept),
    headers: {
      ...(withHeaders && own),
      [DEAD_LETTER_HEADERS.topic]: sourceTopic,
      [DEAD_LETTER_HEADERS.partition]: String(letter.partition ?? ''),
      [DEAD_LETTER_HEADERS.offset]: String(letter.offset ?? ''),
      [DEAD_LETTER_HEADERS.code]: letter.code,
      [DEAD_LETTER_HEADERS.message]: letter.message.slice(0, MESSAGE_LIMIT),
      [DEAD_LETTER_HEADERS.stage]: letter.stage,
      ...(kept < payload.length && { [DEAD_LETTER_HEADERS.cut]: String(payload.length) }),
      ...(!withHeaders && leftOut !== '' && { [DEAD_LETTER_HEADERS.cutHeaders]: leftOut }),
    },
  };
}

/** Letters in their order, in groups that one request may hold. */
export function chunksOf(letters: readonly DeadLetterRecord[]): DeadLetterRecord[][] {
  const chunks: DeadLetterRecord[][] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = letter.payload.length + letter.message.length + bytesOfHeaders(letter) + FRAME_BYTES;
    const last = chunks.at(-1);
    if (last && last.length < CHUNK_LETTERS && bytes + size <= CHUNK_BYTES) {
      last.push(letter);
      bytes += size;
    } else {
      chunks.push([letter]);
      bytes = size;
    }
  }
  return chunks;
}

/** Whether work ends within a time; fails as it fails. */
async function inTime(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([work.then(() => true), sleep(limitMs, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}

/**
 * Produces dead letters with their original bytes and headers that say where they come from and what is wrong. The
 * key is the letter's id, so a letter that is sent twice (a crash between sending and committing) has one key. A
 * letter that is too large for the topic is cut, and says so: what can't be sent whole must not hold a partition. Where
 * the topic takes nothing of it, it is in the store's table alone.
 */
export function createDeadLetterTopic(
  producer: Producer,
  topic: string,
  logger: Pick<IngestLogger, 'error'>,
  limitMs = SEND_LIMIT_MS,
): DeadLetterTopic {
  let renewing: Promise<void> | null = null;
  let connections = 1;

  /** Connects the producer anew, once for all who wait for it. */
  function renew(): Promise<void> {
    renewing ??= (async () => {
      await inTime(producer.disconnect(), DISCONNECT_LIMIT_MS).catch(() => false);
      await producer.connect();
      connections++;
    })().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  const produce = async (messages: Message[]): Promise<void> => {
    const mine = connections;
    try {
      if (await inTime(producer.send({ topic, acks: -1, messages }), limitMs)) return;
      // Whoever waits for such an answer holds a partition; its letters are sent again under the same keys.
      if (mine === connections) await renew();
      throw new Error(`no answer within ${Math.round(limitMs / 1_000)} s`);
    } catch (error) {
      if (isTooLarge(error)) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      throw new Error(`The dead-letter topic ${topic} takes nothing: ${detail}`, { cause: error });
    }
  };

  /** Sends as much of a letter as the topic takes. False where it takes not even a little. */
  async function sendCut(
    sourceTopic: string,
    letter: DeadLetterRecord,
    withHeaders: boolean,
  ): Promise<boolean> {
    for (let keep = letter.payload.length; ; keep = Math.floor(keep / 2)) {
      try {
        await produce([messageOf(sourceTopic, letter, keep, withHeaders)]);
        return true;
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        if (keep < LEAST_BYTES) return false;
      }
    }
  }

  /** One letter, whole if the topic takes it, else as much of it as it takes; without its headers if need be. */
  async function sendAlone(sourceTopic: string, letter: DeadLetterRecord): Promise<void> {
    for (const withHeaders of [true, false]) if (await sendCut(sourceTopic, letter, withHeaders)) return;
    const { id, payload } = letter;
    logger.error(
      { topic, id, bytes: payload.length },
      'the dead-letter topic takes nothing of a dead letter for its size: it is in the store’s table alone',
    );
  }

  return {
    async send(sourceTopic, letters) {
      for (const chunk of chunksOf(letters)) {
        try {
          await produce(chunk.map((letter) => messageOf(sourceTopic, letter)));
        } catch (error) {
          if (!isTooLarge(error)) throw error;
          for (const letter of chunk) await sendAlone(sourceTopic, letter);
        }
      }
    },
  };
}
