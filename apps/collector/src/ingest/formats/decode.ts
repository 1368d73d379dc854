import { isObject } from '../events/validate.js';
import { mayRetry } from '../retry.js';
import { decodeBinary, decodeStructured, isBinaryCloudEvent } from './cloudevents.js';
import { type DecodedItem, decodeProblem, type RawMessage } from './decoded.js';
import { decodeJson } from './json.js';
import { decodeOtlp } from './otlp.js';
import { isConfluent, type SchemaRegistry } from './schema-registry.js';

/** Finds the events in a message, whatever accepted format it has. */
export type Decode = (message: RawMessage) => Iterable<DecodedItem> | Promise<Iterable<DecodedItem>>;

function* byContent(items: Iterable<DecodedItem>, message: RawMessage): Generator<DecodedItem> {
  let place = -1;
  for (const item of items) {
    place++;
    if (!('value' in item) || !isObject(item.value)) yield item;
    else if (typeof item.value.specversion === 'string')
      yield* decodeStructured(item.value, message, place, item.own);
    else if (Array.isArray(item.value.resourceSpans)) yield* decodeOtlp(item.value);
    else yield item;
  }
}

/**
 * Whatever a decoder stumbles over (a value nested so deep that it can't be made text, say) is the message's fault:
 * one that throws each time it is read would hold its partition for ever.
 */
function* guarded(items: Iterable<DecodedItem>): Generator<DecodedItem> {
  try {
    yield* items;
  } catch (error) {
    if (mayRetry(error)) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    yield decodeProblem('unreadable', `The message can't be read to its end: ${detail}`);
  }
}

/**
 * Chooses the format: CloudEvents and NDJSON by header, Confluent's wire format by its first byte, everything else by
 * what the JSON is. See docs/events.md for a sample of each.
 */
export function createDecode(registry: SchemaRegistry | null): Decode {
  return (message) => {
    const { value, headers } = message;
    const type = headers['content-type'] ?? '';
    if (isBinaryCloudEvent(headers)) return guarded(decodeBinary(message));
    if (isConfluent(value)) {
      if (registry) return registry.decode(value).then(guarded);
      return [
        decodeProblem(
          'no_schema_registry',
          'The message is in Confluent wire format; set SCHEMA_REGISTRY_URL so that its schema can be read',
        ),
      ];
    }
    return guarded(byContent(decodeJson(value, /ndjson|jsonl/i.test(type)), message));
  };
}
