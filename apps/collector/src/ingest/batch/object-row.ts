import type { Prediction, PredictionEvent } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { ownNames } from '../events/validate.js';
import type { Binding, CountedSignal, ModelContext } from './model-context.js';
import type { EventColumns } from './native/event-columns.js';

/** A feature that the model's order doesn't know yet. */
export interface NewFeature {
  name: string;
  kind: Binding['kind'];
}

/** Features of an event that have no place yet, in the event's order. Null values have no kind and wait. */
export function newFeatures(context: ModelContext, event: PredictionEvent, limit: number): NewFeature[] {
  const found: NewFeature[] = [];
  for (const name of ownNames(event.features)) {
    if (context.bindings.has(name)) continue;
    if (context.bindings.size + found.length >= limit) break;
    const kind = context.kindOf(name, event.features[name]);
    if (kind !== null) found.push({ name, kind });
  }
  return found;
}

/** Bytes that the variable parts of an event take in the store, before compression. */
export function eventBytes(event: PredictionEvent): number {
  let bytes = Buffer.byteLength(event.id);
  if (typeof event.error === 'string') bytes += Buffer.byteLength(event.error);
  for (const name of ownNames(event.features)) {
    const value = event.features[name];
    if (typeof value === 'string') bytes += Buffer.byteLength(value);
    else bytes += Array.isArray(value) ? value.length * 4 : 8;
  }
  for (const [tag, value] of Object.entries(event.tags ?? {}))
    bytes += Buffer.byteLength(tag) + Buffer.byteLength(String(value));
  if (typeof event.prediction === 'object' && event.prediction !== null)
    for (const name of ownNames(event.prediction)) bytes += Buffer.byteLength(name) + 8;
  return bytes;
}

/** What a batch tells of an event beyond its row. */
export interface RowFacts {
  /** Features whose kind is not the one they were first seen with, or which the cap leaves out. */
  anomalies: string[];
  failed: boolean;
}

interface Places {
  numbers: (number | undefined)[];
  texts: (string | undefined)[];
  vectors: (readonly number[] | undefined)[];
}

/** Puts one value in its place and its signal's cell. Returns false when its kind is not the feature's. */
function place(context: ModelContext, binding: Binding, value: unknown, places: Places): boolean {
  const { signal, position } = binding;
  if (binding.kind === 'numeric' && typeof value === 'number') {
    places.numbers[position] = value;
    if (signal && !signal.embedding) context.cells[signal.index] = signal.numberCell(value);
    if (binding.joint >= 0) context.joint!.take(binding.joint, value);
    return true;
  }
  const coded = typeof value === 'number' && signal !== null && !signal.numeric;
  if (binding.kind === 'categorical' && (typeof value === 'string' || typeof value === 'boolean' || coded)) {
    const name = String(value);
    places.texts[position] = name;
    if (signal) context.cells[signal.index] = signal.classCell(name);
    return true;
  }
  if (binding.kind === 'embedding' && Array.isArray(value)) {
    places.vectors[position] = value as number[];
    if (signal?.embedding) context.cells[signal.index] = signal.vectorCell(value as number[]);
    return true;
  }
  return false;
}

function placeFeatures(context: ModelContext, event: PredictionEvent, anomalies: string[]): Places {
  const places: Places = { numbers: [], texts: [], vectors: [] };
  for (const name of ownNames(event.features)) {
    const value = event.features[name];
    if (value === null || value === undefined) continue;
    const binding = context.bindings.get(name);
    if (!binding || !place(context, binding, value, places)) anomalies.push(name);
  }
  return places;
}

/** The class that a prediction names; of probabilities the most likely one, the first of equals. */
export function predictedClass(prediction: Prediction | null | undefined): string | null {
  if (prediction === null || prediction === undefined || typeof prediction === 'number') return null;
  if (typeof prediction !== 'object') return String(prediction);
  let best: string | null = null;
  for (const name of ownNames(prediction))
    if (best === null || prediction[name]! > prediction[best]!) best = name;
  return best;
}

function predictionCell(
  signal: CountedSignal,
  prediction: PredictionEvent['prediction'],
  name: string | null,
): number {
  if (typeof prediction === 'number') return signal.numberCell(prediction);
  return name === null ? signal.base : signal.classCell(name);
}

function writeFeatures(columns: EventColumns, { numbers, texts, vectors }: Places): void {
  for (let i = 0; i < numbers.length; i++) columns.numbers.double(numbers[i] ?? Number.NaN);
  columns.numeric.set(columns.rows, numbers.length);
  const [nulls, values] = columns.categorical.items;
  for (let i = 0; i < texts.length; i++) {
    nulls.byte(texts[i] === undefined ? 1 : 0);
    values.text(texts[i] ?? '');
  }
  columns.categorical.set(columns.rows, texts.length);
  const [ends, items] = columns.embeddings.items;
  for (let i = 0; i < vectors.length; i++) {
    const vector = vectors[i] ?? [];
    for (const value of vector) items.float(value);
    ends.long(ends.lastLong + vector.length);
  }
  columns.embeddings.set(columns.rows, vectors.length);
}

function writePrediction(columns: EventColumns, context: ModelContext, event: PredictionEvent): void {
  const { prediction } = event;
  const name = predictedClass(prediction);
  columns.prediction.double(typeof prediction === 'number' ? prediction : Number.NaN);
  if (name !== null) columns.predictionClass.at(columns.rows).text(name);
  if (typeof prediction === 'object' && prediction !== null) {
    const [labels, shares] = columns.probabilities.items;
    const names = ownNames(prediction);
    for (const label of names) {
      labels.text(label);
      shares.double(prediction[label]!);
    }
    columns.probabilities.set(columns.rows, names.length);
  }
  if (context.prediction)
    context.cells[context.prediction.index] = predictionCell(context.prediction, prediction, name);
}

function writeTags(columns: EventColumns, tags: NonNullable<PredictionEvent['tags']>): void {
  const [names, values] = columns.tags.items;
  const all = ownNames(tags);
  for (const tag of all) {
    names.text(tag);
    values.text(String(tags[tag]));
  }
  columns.tags.set(columns.rows, all.length);
}

/**
 * Appends an event's row, all but its end, from a checked object, and leaves the event's cells in `context.cells`.
 * The scanned path (`scanned-row.ts`) writes the same row from bytes.
 */
export function writeObjectRow(
  columns: EventColumns,
  context: ModelContext,
  event: PredictionEvent,
  ts: number,
): RowFacts {
  const anomalies: string[] = [];
  context.beginEvent();
  const places = placeFeatures(context, event, anomalies);
  if (context.joint !== null) context.joint.settle(context.cells);
  columns.model.text(context.model);
  columns.version.text(event.version);
  columns.id.text(event.id);
  columns.ts.long(ts);
  writeFeatures(columns, places);
  writePrediction(columns, context, event);
  columns.score.double(event.score ?? Number.NaN);
  if (context.score && typeof event.score === 'number')
    context.cells[context.score.index] = context.score.numberCell(event.score);
  columns.latency.double(event.latency_ms ?? Number.NaN);
  const failed =
    event.error !== null && event.error !== undefined && event.error !== false && event.error !== '';
  if (failed) columns.error.at(columns.rows).text(String(event.error));
  if (event.tags) writeTags(columns, event.tags);
  if (event.tokens) {
    columns.tokensInput.set(columns.rows, event.tokens.input);
    columns.tokensOutput.set(columns.rows, event.tokens.output);
  }
  return { anomalies, failed };
}

/** Cell of a latency in a block, or -1 for none. */
export function latencyCell(context: ModelContext, latency: number | null | undefined): number {
  return latency === null || latency === undefined ? -1 : context.latencyBase + latencyBin(latency);
}
