import { IS_FALSE, IS_TRUE, MISSING, PredictionKind, type ScannedEvent } from '../events/scanned-event.js';
import type { EventColumns } from './native/event-columns.js';

function writeTexts(columns: EventColumns, event: ScannedEvent): void {
  const { textFrom, textTo } = event.context;
  const [nulls, texts] = columns.categorical.items;
  for (let i = 0; i < event.texts; i++) {
    const from = textFrom[i]!;
    nulls.byte(from === MISSING ? 1 : 0);
    if (from === MISSING) texts.byte(0);
    else if (from === IS_TRUE) texts.text('true');
    else if (from === IS_FALSE) texts.text('false');
    else texts.span(event.scan.buffer, from, textTo[i]!);
  }
  columns.categorical.set(columns.rows, event.texts);
}

function writePrediction(columns: EventColumns, event: ScannedEvent): void {
  const { predictionKind: kind, context, scan } = event;
  const signal = context.prediction;
  columns.prediction.double(event.predictionValue);
  if (kind === PredictionKind.none) return;
  if (kind === PredictionKind.number) {
    if (signal) context.cells[signal.index] = signal.numberCell(event.predictionValue);
    return;
  }
  const name =
    kind === PredictionKind.text
      ? scan.buffer.toString('latin1', event.predictionFrom, event.predictionTo)
      : String(kind === PredictionKind.true);
  columns.predictionClass.at(columns.rows).text(name);
  if (signal) context.cells[signal.index] = signal.classCell(name);
}

function writeTags(columns: EventColumns, event: ScannedEvent): void {
  const { tags, scan, tagCount } = event;
  const [names, values] = columns.tags.items;
  for (let i = 0; i < tagCount * 4; i += 4) {
    names.span(scan.buffer, tags[i]!, tags[i + 1]!);
    values.span(scan.buffer, tags[i + 2]!, tags[i + 3]!);
  }
  columns.tags.set(columns.rows, tagCount);
}

/**
 * Appends the row of a scanned event, all but its end: text is copied from the message's own bytes. The same row as
 * `writeObjectRow` writes from an object.
 */
export function writeScannedRow(columns: EventColumns, event: ScannedEvent): void {
  const { context, scan } = event;
  const source = scan.buffer;
  columns.model.span(context.modelBytes, 0, context.modelBytes.length);
  columns.version.span(source, event.versionFrom, event.versionTo);
  columns.id.span(source, event.idFrom, event.idTo);
  columns.ts.long(event.ts);
  columns.numbers.doublesOf(context.numbers, event.numbers);
  columns.numeric.set(columns.rows, event.numbers);
  if (context.joint !== null) context.joint.settle(context.cells);
  if (event.texts > 0) writeTexts(columns, event);
  writePrediction(columns, event);
  columns.score.double(event.scoreValue);
  if (context.score !== null && !Number.isNaN(event.scoreValue))
    context.cells[context.score.index] = context.score.numberCell(event.scoreValue);
  columns.latency.double(event.latencyValue);
  if (event.errorFrom === IS_TRUE) columns.error.at(columns.rows).text('true');
  else if (event.errorFrom !== MISSING)
    columns.error.at(columns.rows).span(source, event.errorFrom, event.errorTo);
  if (event.tagCount > 0) writeTags(columns, event);
}

/** The value of a tag of a scanned event, or null. */
export function scannedTag(event: ScannedEvent, tag: string): string | null {
  const { tags, scan } = event;
  for (let i = 0; i < event.tagCount * 4; i += 4)
    if (
      tags[i + 1]! - tags[i]! === tag.length &&
      scan.buffer.toString('latin1', tags[i], tags[i + 1]) === tag
    )
      return scan.buffer.toString('latin1', tags[i + 2], tags[i + 3]);
  return null;
}
