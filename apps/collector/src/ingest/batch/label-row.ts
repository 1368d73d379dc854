import type { LabelEvent } from '@leeway/contract';
import type { ByteWriter } from './byte-writer.js';

/** Columns of the table `labels`, in the order of a row. */
export const LABEL_COLUMNS = [
  'model',
  'id',
  'ts',
  'number',
  'class',
  'source',
  'offset',
  'received_at',
] as const;

const TAB = 0x09;

/** Appends a label's row up to and including `class` and its tab. */
export function writeLabel(writer: ByteWriter, label: LabelEvent, ts: number): void {
  for (const text of [label.model, label.id]) {
    writer.text(text);
    writer.byte(TAB);
  }
  writer.moment(ts);
  writer.byte(TAB);
  if (typeof label.label === 'number') {
    writer.number(label.label);
    writer.ascii('\t\\N\t');
  } else {
    writer.ascii('nan\t');
    writer.text(String(label.label));
    writer.byte(TAB);
  }
}
