import avro from 'avsc';
import { LRUCache } from 'lru-cache';
import { type DecodedItem, decodeProblem } from './decoded.js';
import { decodeJson } from './json.js';

export interface RegistryOptions {
  url: string;
  username?: string;
  password?: string;
}

/** The registry does not answer: the message is fine and must be tried again, not given up. */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
  readonly retry = true;
  readonly code = 'registry_unavailable';
}

/** Reads the bytes after the schema id. */
type Reader = (payload: Buffer) => Iterable<DecodedItem>;

/** Confluent's wire format: a zero byte, the schema's id (4 bytes, big-endian), the payload. */
export function isConfluent(bytes: Buffer): boolean {
  return bytes.length > 5 && bytes[0] === 0;
}

const SCHEMAS = 1_000;
const TIMEOUT_MS = 5_000;

/** Avro values as plain JSON ones; `bytes` become base64. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

function avroReader(schema: string): Reader {
  const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema, { wrapUnions: 'never' });
  return (payload) => {
    try {
      return [{ value: plain(type.fromBuffer(payload)) }];
    } catch (error) {
      return [
        decodeProblem('not_avro', `The message does not fit its Avro schema: ${(error as Error).message}`),
      ];
    }
  };
}

function readerOf(
  id: number,
  answer: { schema?: unknown; schemaType?: unknown; references?: unknown },
): Reader {
  const { schema, schemaType = 'AVRO' } = answer;
  const refuse =
    (message: string): Reader =>
    () => [decodeProblem('unusable_schema', `Schema ${id} ${message}`)];
  if (typeof schema !== 'string') return refuse('has no text in the registry');
  if (schemaType === 'JSON') return (payload) => decodeJson(payload);
  if (schemaType !== 'AVRO') return refuse(`is ${String(schemaType)}; Avro and JSON Schema are read`);
  if (Array.isArray(answer.references) && answer.references.length > 0)
    return refuse('refers to other schemas; register it whole');
  try {
    return avroReader(schema);
  } catch (error) {
    return refuse(`is no Avro schema that can be read: ${(error as Error).message}`);
  }
}

/** Decodes Confluent's wire format with the schemas of a registry, each fetched once. */
export function createSchemaRegistry(options: RegistryOptions, fetchUrl: typeof fetch = fetch) {
  const readers = new LRUCache<number, Reader>({ max: SCHEMAS });
  const base = options.url.replace(/\/+$/, '');
  const headers: Record<string, string> = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
  };
  if (options.username !== undefined)
    headers.authorization = `Basic ${Buffer.from(`${options.username}:${options.password ?? ''}`).toString('base64')}`;

  async function load(id: number): Promise<Reader> {
    let response: Response;
    try {
      response = await fetchUrl(`${base}/schemas/ids/${id}`, {
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new RegistryUnavailable('The schema registry does not answer', { cause: error });
    }
    if (response.status === 404)
      return () => [decodeProblem('unknown_schema', `The schema registry has no schema ${id}`)];
    if (!response.ok)
      throw new RegistryUnavailable(`The schema registry answers ${response.status} for schema ${id}`);
    const reader = readerOf(id, (await response.json()) as { schema?: unknown });
    readers.set(id, reader);
    return reader;
  }

  return {
    async decode(bytes: Buffer): Promise<Iterable<DecodedItem>> {
      const id = bytes.readUInt32BE(1);
      const reader = readers.get(id) ?? (await load(id));
      return reader(bytes.subarray(5));
    },
  };
}

export type SchemaRegistry = ReturnType<typeof createSchemaRegistry>;
