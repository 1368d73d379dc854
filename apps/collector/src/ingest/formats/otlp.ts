import { isObject } from '../events/validate.js';
import { type DecodedItem, decodeProblem, jsonBytes } from './decoded.js';

type Attributes = Map<string, string | number | boolean>;

/** OTLP's `{key, value: {stringValue | intValue | …}}` list; 64-bit integers come as text. */
function attributesOf(list: unknown): Attributes {
  const attributes: Attributes = new Map();
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isObject(entry) || typeof entry.key !== 'string' || !isObject(entry.value)) continue;
    const { stringValue, intValue, doubleValue, boolValue, arrayValue } = entry.value;
    if (typeof stringValue === 'string') attributes.set(entry.key, stringValue);
    else if (intValue !== undefined) attributes.set(entry.key, Number(intValue));
    else if (typeof doubleValue === 'number') attributes.set(entry.key, doubleValue);
    else if (typeof boolValue === 'boolean') attributes.set(entry.key, boolValue);
    else if (isObject(arrayValue) && Array.isArray(arrayValue.values)) {
      const first: unknown = arrayValue.values[0];
      if (isObject(first) && typeof first.stringValue === 'string')
        attributes.set(entry.key, first.stringValue);
    }
  }
  return attributes;
}

function list(parent: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = parent[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

const NANOS_PER_MS = 1_000_000n;

/** Milliseconds of OTLP's nanoseconds, which are text since they don't fit a double; NaN when it is no number. */
function milliseconds(nanos: unknown): number {
  const text = String(nanos ?? '');
  if (!/^\d{1,20}$/.test(text)) return Number.NaN;
  const value = BigInt(text);
  return Number(value / NANOS_PER_MS) + Number(value % NANOS_PER_MS) / 1e6;
}

const STATUS_ERROR = 2;
/** Attributes of the GenAI conventions by what they are here; of several the first that is there (newest name first). */
const INPUT_TOKENS = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'];
const OUTPUT_TOKENS = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'];
const FEATURES: Record<string, readonly string[]> = {
  operation: ['gen_ai.operation.name'],
  provider: ['gen_ai.provider.name', 'gen_ai.system'],
  temperature: ['gen_ai.request.temperature'],
  top_p: ['gen_ai.request.top_p'],
  top_k: ['gen_ai.request.top_k'],
  max_tokens: ['gen_ai.request.max_tokens'],
  finish_reason: ['gen_ai.response.finish_reasons'],
  output_type: ['gen_ai.output.type'],
  input_tokens: INPUT_TOKENS,
  output_tokens: OUTPUT_TOKENS,
  cached_tokens: ['gen_ai.usage.cache_read.input_tokens'],
};
/**
 * Operations around calls of a model: their spans may name a model and sum up the tokens of the calls inside them, which
 * have spans of their own and would count twice.
 */
const NO_MODEL_CALL =
  /^(create_agent|invoke_agent|invoke_workflow|execute_tool|plan|retrieval|fetch_response|\w+_memory(_store)?)$/;

function first(attributes: Attributes, names: readonly string[]): string | number | boolean | undefined {
  const name = names.find((candidate) => attributes.has(candidate));
  return name === undefined ? undefined : attributes.get(name);
}

/** The span alone, as an export of its own. Of the resource only what an event takes from it is kept. */
function exportOf(span: Record<string, unknown>, service: string | undefined): () => Uint8Array {
  const attributes = service === undefined ? [] : [{ key: 'service.name', value: { stringValue: service } }];
  return jsonBytes({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] });
}

function spanEvent(span: Record<string, unknown>, service: string | undefined): DecodedItem {
  const attributes = attributesOf(span.attributes);
  const requested = attributes.get('gen_ai.request.model') ?? attributes.get('gen_ai.response.model');
  if (requested === undefined) return { ignored: 'span_of_something_else' };
  if (NO_MODEL_CALL.test(String(attributes.get('gen_ai.operation.name') ?? '')))
    return { ignored: 'span_around_model_calls' };
  const own = exportOf(span, service);
  const { traceId, spanId } = span;
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || traceId === '' || spanId === '')
    return decodeProblem('bad_span', 'A GenAI span needs traceId and spanId as text', own);
  const start = milliseconds(span.startTimeUnixNano);
  const end = milliseconds(span.endTimeUnixNano);
  if (Number.isNaN(start) || Number.isNaN(end))
    return decodeProblem('bad_span', 'A GenAI span needs startTimeUnixNano and endTimeUnixNano', own);
  const features: Record<string, string | number | boolean> = {};
  for (const [name, keys] of Object.entries(FEATURES)) {
    const value = first(attributes, keys);
    if (value !== undefined) features[name] = value;
  }
  const status = isObject(span.status) ? span.status : {};
  const failed = Number(status.code) === STATUS_ERROR || status.code === 'STATUS_CODE_ERROR';
  const error = attributes.get('error.type') ?? (failed ? (status.message ?? true) : undefined);
  const tokens = {
    input: Number(first(attributes, INPUT_TOKENS) ?? 0),
    output: Number(first(attributes, OUTPUT_TOKENS) ?? 0),
  };
  return {
    value: {
      model: String(requested).replaceAll('/', ':'),
      version: String(attributes.get('gen_ai.response.model') ?? requested),
      id: `${traceId}:${spanId}`,
      ts: Math.floor(start),
      features,
      latency_ms: Math.max(0, end - start),
      ...(error !== undefined && { error }),
      tokens,
      ...(service !== undefined && { tags: { service } }),
    },
    own,
  };
}

/** Language-model calls of an OTLP/HTTP JSON export (`resourceSpans`), by OpenTelemetry's GenAI conventions. */
export function* decodeOtlp(body: Record<string, unknown>): Generator<DecodedItem> {
  let spans = 0;
  for (const resourceSpan of list(body, 'resourceSpans')) {
    const resource = attributesOf(isObject(resourceSpan.resource) ? resourceSpan.resource.attributes : []);
    const name = resource.get('service.name');
    const service = name === undefined ? undefined : String(name);
    for (const scope of list(resourceSpan, 'scopeSpans'))
      for (const span of list(scope, 'spans')) {
        spans++;
        yield spanEvent(span, service);
      }
  }
  if (spans === 0) yield { ignored: 'export_without_spans' };
}
