import { isUtf8 } from 'node:buffer';
import { EVENT_LIMITS } from '@leeway/contract';
import { elementsOf } from './array-elements.js';
import { type DecodedItem, decodeProblem } from './decoded.js';

const NEWLINE = 0x0a;

/** The engine's complaint, with the usual causes named. */
function jsonMessage(text: string, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  if (/\b(NaN|-?Infinity)\b/.test(text))
    return `is not JSON: NaN and Infinity have no place in it; send null for a missing number (${detail})`;
  if (text.trim() === '') return 'is empty; send a JSON object, a JSON array or one object a line';
  return `is not JSON: ${detail}`;
}

function parse(bytes: Uint8Array): DecodedItem {
  if (bytes.length === 0) return decodeProblem('empty', 'The message is empty: it has no event to store');
  if (!isUtf8(bytes))
    return decodeProblem(
      'not_utf8',
      'The message is not UTF-8 text; is it a binary format without its header?',
    );
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return decodeProblem('not_json', `The message ${jsonMessage(text, error)}`);
  }
}

function tooLarge(bytes: Uint8Array): DecodedItem | null {
  return bytes.length > EVENT_LIMITS.bytes
    ? decodeProblem(
        'too_large',
        `The event has ${bytes.length} bytes; at most ${EVENT_LIMITS.bytes} are taken`,
        () => bytes,
      )
    : null;
}

function lines(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) found.push(line);
    start = end + 1;
  }
  return found;
}

function firstByte(bytes: Uint8Array): number {
  return bytes.find((byte) => byte > 0x20) ?? -1;
}

function* ndjson(bytes: Uint8Array): Generator<DecodedItem> {
  for (const line of lines(bytes)) {
    const item = tooLarge(line) ?? parse(line);
    yield { ...item, own: () => line };
  }
}

/**
 * Reads one JSON object, a JSON array, or NDJSON: what it is shows in the bytes, so that nobody has to say. Lazy,
 * so that a large body can be taken in slices.
 */
export function* decodeJson(bytes: Uint8Array, isNdjson = false): Generator<DecodedItem> {
  if (isNdjson && lines(bytes).length > 0) return yield* ndjson(bytes);
  if (firstByte(bytes) === 0x7b) {
    // An object that ends before the bytes do is the first line of NDJSON.
    const several = lines(bytes).length > 1;
    const whole = parse(bytes);
    if ('problem' in whole && several) return yield* ndjson(bytes);
    return yield tooLarge(bytes) ?? whole;
  }
  const whole = parse(bytes);
  if (!('value' in whole) || !Array.isArray(whole.value)) return yield whole;
  if (whole.value.length === 0)
    return yield decodeProblem('empty', 'The array is empty: it has no event to store');
  if (whole.value.length === 1) return yield { value: whole.value[0] };
  let elements: Uint8Array[] | null = null;
  for (const [i, value] of whole.value.entries()) {
    const own = () => {
      elements ??= elementsOf(bytes);
      return elements[i]!;
    };
    yield { value, own };
  }
}
