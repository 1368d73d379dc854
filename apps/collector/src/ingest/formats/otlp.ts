import { isObject } from '../events/validate.js';
import { type DecodedItem, decodeProblem } from './decoded.js';

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
/** Attributes of the GenAI conventions that are kept as features, by the name they get. */
const FEATURES: Record<string, string> = {
  'gen_ai.operation.name': 'operation',
  'gen_ai.provider.name': 'provider',
  'gen_ai.system': 'provider',
  'gen_ai.request.temperature': 'temperature',
  'gen_ai.request.top_p': 'top_p',
  'gen_ai.request.max_tokens': 'max_tokens',
  'gen_ai.response.finish_reasons': 'finish_reason',
  'gen_ai.usage.input_tokens': 'input_tokens',
  'gen_ai.usage.output_tokens': 'output_tokens',
};

function spanEvent(span: Record<string, unknown>, resource: Attributes): DecodedItem {
  const attributes = attributesOf(span.attributes);
  const requested = attributes.get('gen_ai.request.model') ?? attributes.get('gen_ai.response.model');
  if (requested === undefined) return { ignored: 'span_of_something_else' };
  const start = milliseconds(span.startTimeUnixNano);
  const end = milliseconds(span.endTimeUnixNano);
  if (Number.isNaN(start) || Number.isNaN(end))
    return decodeProblem('bad_span', 'A GenAI span needs startTimeUnixNano and endTimeUnixNano');
  const features: Record<string, string | number | boolean> = {};
  for (const [key, name] of Object.entries(FEATURES)) {
    const value = attributes.get(key);
    if (value !== undefined) features[name] = value;
  }
  const status = isObject(span.status) ? span.status : {};
  const failed = Number(status.code) === STATUS_ERROR || status.code === 'STATUS_CODE_ERROR';
  const error = attributes.get('error.type') ?? (failed ? (status.message ?? true) : undefined);
  const tokens = {
    input: Number(attributes.get('gen_ai.usage.input_tokens') ?? 0),
    output: Number(attributes.get('gen_ai.usage.output_tokens') ?? 0),
  };
  const service = resource.get('service.name');
  return {
    value: {
      model: String(requested).replaceAll('/', ':'),
      version: String(attributes.get('gen_ai.response.model') ?? requested),
      id: `${String(span.traceId)}:${String(span.spanId)}`,
      ts: Math.floor(start),
      features,
      latency_ms: Math.max(0, end - start),
      ...(error !== undefined && { error }),
      tokens,
      ...(service !== undefined && { tags: { service: String(service) } }),
    },
    several: true,
  };
}

/** Language-model calls of an OTLP/HTTP JSON export (`resourceSpans`), by OpenTelemetry's GenAI conventions. */
export function* decodeOtlp(body: Record<string, unknown>): Generator<DecodedItem> {
  let spans = 0;
  for (const resourceSpan of list(body, 'resourceSpans')) {
    const resource = attributesOf(isObject(resourceSpan.resource) ? resourceSpan.resource.attributes : []);
    for (const scope of list(resourceSpan, 'scopeSpans'))
      for (const span of list(scope, 'spans')) {
        spans++;
        yield spanEvent(span, resource);
      }
  }
  if (spans === 0) yield { ignored: 'export_without_spans' };
}
