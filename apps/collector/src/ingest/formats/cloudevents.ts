import { isObject } from '../events/validate.js';
import {
  type DecodedItem,
  decodeProblem,
  type Headers,
  jsonBytes,
  type OwnBytes,
  type RawMessage,
} from './decoded.js';
import { type Outcome, requestRows, responseOutcomes } from './inference.js';
import { decodeJson } from './json.js';
import type { Half } from './pair-book.js';

/** A CloudEvent 1.0 with its attributes and extensions by lower-case name. */
export interface CloudEvent {
  attributes: Headers;
  data: unknown;
  /** Bytes that it takes in its message. */
  bytes: number;
}

/** A binary-mode CloudEvent: attributes in `ce_…` (Kafka) or `ce-…` (HTTP) headers, the data as the body. */
export function isBinaryCloudEvent(headers: Headers): boolean {
  return headers.ce_specversion !== undefined || headers['ce-specversion'] !== undefined;
}

function attributesOf(headers: Headers): Headers {
  const attributes: Record<string, string | undefined> = {};
  for (const name in headers)
    if (name.startsWith('ce_') || name.startsWith('ce-')) attributes[name.slice(3)] = headers[name];
  return attributes;
}

function structured(value: Record<string, unknown>, bytes: number): CloudEvent {
  const { data, data_base64: base64, ...rest } = value;
  const attributes: Record<string, string | undefined> = {};
  for (const name of Object.keys(rest))
    if (rest[name] !== null) attributes[name.toLowerCase()] = String(rest[name]);
  if (typeof base64 !== 'string')
    return { attributes, data: typeof data === 'string' ? parsed(data) : data, bytes };
  return { attributes, data: parsed(Buffer.from(base64, 'base64').toString('utf8')), bytes };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Events of the structured CloudEvent at a place in its message; `own` are its bytes where the message holds several. */
export function decodeStructured(
  value: Record<string, unknown>,
  message: RawMessage,
  place: number,
  own?: OwnBytes,
): Generator<DecodedItem> {
  return decodeCloudEvent(structured(value, (own?.() ?? message.value).length), message, place, own);
}

/** Events of a binary CloudEvent. */
export function* decodeBinary(message: RawMessage): Generator<DecodedItem> {
  const attributes = attributesOf(message.headers);
  const side = sideOf(attributes.type);
  if (side === null) return yield* decodeJson(message.value);
  const data = parsed(message.value.toString('utf8'));
  if (data === undefined)
    return yield decodeProblem('not_json', `The ${side} in this CloudEvent is not JSON`);
  // The body alone would not be understood again without its headers.
  const event = { attributes, data, bytes: message.value.length };
  yield* decodeCloudEvent(event, message, 0, () => structuredBytes(event));
}

/** `org.kubeflow.serving.inference.request`, `io.seldon.serving.inference.response` and the like. */
function sideOf(type: string | undefined): 'request' | 'response' | null {
  const side = /inference\.(request|response)$/.exec(type ?? '')?.[1];
  return side === 'request' || side === 'response' ? side : null;
}

function* decodeCloudEvent(
  event: CloudEvent,
  message: RawMessage,
  place: number,
  own: OwnBytes | undefined,
): Generator<DecodedItem> {
  const side = sideOf(event.attributes.type);
  if (side !== null) return yield* pair(event, side, message, place, own);
  const values: unknown[] = Array.isArray(event.data) ? event.data : [event.data];
  if (values.length === 0) yield decodeProblem('empty', 'The data of the CloudEvent is an empty array', own);
  for (const value of values) {
    const bytes = values.length > 1 ? jsonBytes(value) : own;
    yield { value, ...(bytes && { own: bytes }) };
  }
}

/** A half that waited in vain as the structured CloudEvent that it could have come as: it can be sent again. */
export function structuredHalf(half: Half): Buffer {
  const { attributes, data } = half.body as CloudEvent;
  // Without a time of its own it would become an event of the moment at which it is sent again.
  return structuredBytes({ attributes: { time: new Date(half.time).toISOString(), ...attributes }, data });
}

function structuredBytes({ attributes, data }: Pick<CloudEvent, 'attributes' | 'data'>): Buffer {
  return Buffer.from(JSON.stringify({ ...attributes, data }));
}

/** Both halves as a batch of structured CloudEvents: sent again they meet. */
function bothHalves(request: Half, response: Half): OwnBytes {
  return () =>
    Buffer.concat([
      Buffer.from('['),
      structuredHalf(request),
      Buffer.from(','),
      structuredHalf(response),
      Buffer.from(']'),
    ]);
}

function* pair(
  event: CloudEvent,
  side: 'request' | 'response',
  message: RawMessage,
  place: number,
  own: OwnBytes | undefined,
): Generator<DecodedItem> {
  const id = event.attributes.requestid ?? event.attributes.id;
  if (!id)
    return yield decodeProblem(
      'bad_cloudevent',
      'The CloudEvent has no id to pair it by (attribute "id" or "requestid")',
      own,
    );
  const sent = Date.parse(event.attributes.time ?? '');
  const half: Half = {
    offset: message.offset,
    place,
    time: Number.isNaN(sent) ? message.timestamp : sent,
    bytes: event.bytes,
    body: event,
    ...(message.replayed && { replayed: true }),
  };
  const service = event.attributes.inferenceservicename ?? event.attributes.modelid ?? '';
  const other = message.pairs.meet(`${service}/${id}`, side, half);
  if (other === null) return yield { ignored: `${side}_waits`, waits: id };
  const [request, response] = side === 'request' ? [half, other] : [other, half];
  yield* inferences(id, request, response);
}

function text(...candidates: unknown[]): string | undefined {
  return candidates.find((value): value is string => typeof value === 'string' && value !== '');
}

/** The inference of which an event with such an id may be one of several rows. */
export function inferenceOf(eventId: string): string {
  return eventId.replace(/:\d+$/, '');
}

/** One event for each row of the request, with the outcome of the same row. */
function* inferences(id: string, request: Half, response: Half): Generator<DecodedItem> {
  const asked = request.body as CloudEvent;
  const answered = response.body as CloudEvent;
  const both = bothHalves(request, response);
  const rows = requestRows(asked.data);
  if (typeof rows === 'string') return yield decodeProblem('bad_inference', rows, both);
  const answer = isObject(answered.data) ? answered.data : {};
  const failure = text(answer.error, answer.detail);
  const outcomes = failure === undefined ? responseOutcomes(answered.data) : [];
  if (typeof outcomes === 'string') return yield decodeProblem('bad_inference', outcomes, both);
  const model = text(asked.attributes.inferenceservicename, asked.attributes.modelid, answer.model_name);
  const latency = response.time - request.time;
  if (rows.length === 0) yield { ignored: 'request_without_rows' };
  for (const [i, features] of rows.entries()) {
    const outcome: Outcome = outcomes[i] ?? {};
    const value = {
      model: model?.replaceAll('/', ':'),
      version:
        text(answer.model_version, asked.attributes.modelversion, asked.attributes.endpoint) ?? 'default',
      id: rows.length === 1 ? id : `${id}:${i}`,
      ts: Math.round(request.time),
      features,
      ...outcome,
      ...(latency >= 0 && { latency_ms: latency }),
      ...(failure !== undefined && { error: failure.slice(0, 8_000) }),
      tags: Object.fromEntries(
        ['namespace', 'component', 'endpoint'].flatMap((name) => {
          const value = asked.attributes[name];
          return value ? [[name, value]] : [];
        }),
      ),
    };
    // Of several rows only the refused one may come again.
    yield { value, own: rows.length > 1 ? jsonBytes(value) : both };
  }
}
