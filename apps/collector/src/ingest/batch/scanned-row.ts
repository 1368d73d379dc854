import { IS_FALSE, IS_TRUE, MISSING, PredictionKind, type ScannedEvent } from '../events/scanned-event.js';
import type { ByteWriter } from './byte-writer.js';

const TAB = 0x09;
const COMMA = 0x2c;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;

/** Copies plain ASCII in single quotes; the only thing to escape in it is the quote. */
function quotedSpan(writer: ByteWriter, source: Uint8Array, from: number, to: number): void {
  writer.reserve((to - from) * 2 + 2);
  const { buffer } = writer;
  let at = writer.length;
  buffer[at++] = QUOTE;
  for (let i = from; i < to; i++) {
    const byte = source[i]!;
    if (byte === QUOTE) buffer[at++] = BACKSLASH;
    buffer[at++] = byte;
  }
  buffer[at++] = QUOTE;
  writer.length = at;
}

function writeNumbers(writer: ByteWriter, event: ScannedEvent): void {
  const { numberFrom, numberTo } = event.context;
  const source = event.scan.buffer;
  writer.reserve(source.length + event.numbers * 4 + 2);
  const { buffer } = writer;
  let at = writer.length;
  buffer[at++] = 0x5b;
  for (let i = 0; i < event.numbers; i++) {
    if (i > 0) buffer[at++] = COMMA;
    const from = numberFrom[i]!;
    if (from === MISSING) {
      buffer[at++] = 0x6e;
      buffer[at++] = 0x61;
      buffer[at++] = 0x6e;
      continue;
    }
    const to = numberTo[i]!;
    for (let k = from; k < to; k++) buffer[at++] = source[k]!;
  }
  buffer[at++] = 0x5d;
  writer.length = at;
}

function writeTexts(writer: ByteWriter, event: ScannedEvent): void {
  const { textFrom, textTo } = event.context;
  writer.byte(0x5b);
  for (let i = 0; i < event.texts; i++) {
    if (i > 0) writer.byte(COMMA);
    const from = textFrom[i]!;
    if (from === MISSING) writer.ascii('NULL');
    else if (from === IS_TRUE) writer.ascii("'true'");
    else if (from === IS_FALSE) writer.ascii("'false'");
    else quotedSpan(writer, event.scan.buffer, from, textTo[i]!);
  }
  writer.byte(0x5d);
}

function writePrediction(writer: ByteWriter, event: ScannedEvent): void {
  const { predictionKind: kind, predictionFrom: from, predictionTo: to, context, scan } = event;
  if (kind === PredictionKind.number) writer.copy(scan.buffer, from, to);
  else writer.ascii('nan');
  writer.byte(TAB);
  const signal = context.prediction;
  let name: string | null = null;
  if (kind === PredictionKind.text) {
    writer.copy(scan.buffer, from, to);
    if (signal) name = scan.buffer.toString('latin1', from, to);
  } else if (kind === PredictionKind.true || kind === PredictionKind.false) {
    name = kind === PredictionKind.true ? 'true' : 'false';
    writer.ascii(name);
  } else writer.ascii('\\N');
  writer.ascii('\t{}\t');
  if (!signal) return;
  if (kind === PredictionKind.number) context.cells[signal.index] = signal.numberCell(event.predictionValue);
  else if (name !== null) context.cells[signal.index] = signal.classCell(name);
}

function writeTags(writer: ByteWriter, event: ScannedEvent): void {
  const { tags, scan } = event;
  writer.byte(0x7b);
  for (let i = 0; i < event.tagCount * 4; i += 4) {
    if (i > 0) writer.byte(COMMA);
    quotedSpan(writer, scan.buffer, tags[i]!, tags[i + 1]!);
    writer.byte(0x3a);
    quotedSpan(writer, scan.buffer, tags[i + 2]!, tags[i + 3]!);
  }
  writer.byte(0x7d);
}

/**
 * Appends the row of a scanned event up to and including `tokens_output` and its tab: the message's own bytes are
 * copied, so no number is turned back into text. The same row as `writeObjectRow` writes from an object.
 */
export function writeScannedRow(writer: ByteWriter, event: ScannedEvent): void {
  const { context, scan } = event;
  const source = scan.buffer;
  writer.copy(context.modelBytes, 0, context.modelBytes.length);
  writer.byte(TAB);
  writer.copy(source, event.versionFrom, event.versionTo);
  writer.byte(TAB);
  writer.copy(source, event.idFrom, event.idTo);
  writer.byte(TAB);
  writer.moment(event.ts);
  writer.byte(TAB);
  writeNumbers(writer, event);
  if (context.joint !== null) context.joint.settle(context.cells);
  writer.byte(TAB);
  writeTexts(writer, event);
  writer.ascii('\t[]\t');
  writePrediction(writer, event);
  if (event.scoreFrom === MISSING) writer.ascii('nan');
  else {
    writer.copy(source, event.scoreFrom, event.scoreTo);
    if (context.score) context.cells[context.score.index] = context.score.numberCell(event.scoreValue);
  }
  writer.byte(TAB);
  if (event.latencyFrom === MISSING) writer.ascii('nan');
  else writer.copy(source, event.latencyFrom, event.latencyTo);
  writer.byte(TAB);
  if (event.errorFrom === MISSING) writer.ascii('\\N');
  else if (event.errorFrom === IS_TRUE) writer.ascii('true');
  else writer.copy(source, event.errorFrom, event.errorTo);
  writer.byte(TAB);
  writeTags(writer, event);
  writer.ascii('\t\\N\t\\N\t');
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
