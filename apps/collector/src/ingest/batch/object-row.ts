import type { Prediction, PredictionEvent } from '@leeway/contract';
import { latencyBin } from '@leeway/stats';
import { ownNames } from '../events/validate.js';
import type { ByteWriter } from './byte-writer.js';
import type { Binding, CountedSignal, ModelContext } from './model-context.js';

const TAB = 0x09;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

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

/** What a batch tells of an event beyond its row. */
export interface RowFacts {
  /** Features whose kind is not the one they were first seen with, or which the cap leaves out. */
  anomalies: string[];
  failed: boolean;
}

function writeList<Item>(writer: ByteWriter, items: readonly Item[], write: (item: Item) => void): void {
  writer.byte(OPEN);
  items.forEach((item, i) => {
    if (i > 0) writer.byte(COMMA);
    write(item);
  });
  writer.byte(CLOSE);
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

function optionalNumber(writer: ByteWriter, value: number | null | undefined): void {
  if (value === null || value === undefined) writer.ascii('nan');
  else writer.number(value);
  writer.byte(TAB);
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

function writePrediction(writer: ByteWriter, context: ModelContext, event: PredictionEvent): void {
  const { prediction } = event;
  const name = predictedClass(prediction);
  optionalNumber(writer, typeof prediction === 'number' ? prediction : null);
  if (name === null) writer.ascii('\\N');
  else writer.text(name);
  writer.ascii('\t{');
  if (typeof prediction === 'object' && prediction !== null)
    ownNames(prediction).forEach((label, i) => {
      if (i > 0) writer.byte(COMMA);
      writer.quoted(label);
      writer.byte(0x3a);
      writer.number(prediction[label]!);
    });
  writer.ascii('}\t');
  if (context.prediction)
    context.cells[context.prediction.index] = predictionCell(context.prediction, prediction, name);
}

/**
 * Appends an event's row up to and including `tokens_output` and its tab, from a checked object, and leaves the
 * event's cells in `context.cells`. The scanned path (`scanned-row.ts`) writes the same row from bytes.
 */
export function writeObjectRow(
  writer: ByteWriter,
  context: ModelContext,
  event: PredictionEvent,
  ts: number,
): RowFacts {
  const anomalies: string[] = [];
  context.beginEvent();
  const places = placeFeatures(context, event, anomalies);
  if (context.joint !== null) context.joint.settle(context.cells);
  writer.text(context.model);
  writer.byte(TAB);
  writer.text(event.version);
  writer.byte(TAB);
  writer.text(event.id);
  writer.byte(TAB);
  writer.moment(ts);
  writer.byte(TAB);
  writeList(writer, Array.from(places.numbers), (value) =>
    value === undefined ? writer.ascii('nan') : writer.number(value),
  );
  writer.byte(TAB);
  writeList(writer, Array.from(places.texts), (value) =>
    value === undefined ? writer.ascii('NULL') : writer.quoted(value),
  );
  writer.byte(TAB);
  writeList(writer, Array.from(places.vectors), (value) =>
    writeList(writer, value ?? [], (x) => writer.number(x)),
  );
  writer.byte(TAB);
  writePrediction(writer, context, event);
  optionalNumber(writer, event.score);
  if (context.score && typeof event.score === 'number')
    context.cells[context.score.index] = context.score.numberCell(event.score);
  optionalNumber(writer, event.latency_ms);
  const failed =
    event.error !== null && event.error !== undefined && event.error !== false && event.error !== '';
  if (failed) writer.text(String(event.error));
  else writer.ascii('\\N');
  writer.ascii('\t{');
  ownNames(event.tags ?? {}).forEach((tag, i) => {
    if (i > 0) writer.byte(COMMA);
    writer.quoted(tag);
    writer.byte(0x3a);
    writer.quoted(String(event.tags![tag]));
  });
  writer.ascii('}\t');
  for (const count of [event.tokens?.input, event.tokens?.output]) {
    writer.ascii(count === undefined ? '\\N' : String(Math.min(count, 0xffff_ffff)));
    writer.byte(TAB);
  }
  return { anomalies, failed };
}

/** Cell of a latency in a block, or -1 for none. */
export function latencyCell(context: ModelContext, latency: number | null | undefined): number {
  return latency === null || latency === undefined ? -1 : context.latencyBase + latencyBin(latency);
}
