import { LATENCY_SIGNAL } from '@leeway/contract';
import { LATENCY_LAST_BIN } from '@leeway/stats';
import type { ByteWriter } from './byte-writer.js';
import type { Block, ModelContext } from './model-context.js';

/** One version and segment of a model within a batch. */
export class Slice {
  readonly minutes = new Map<number, Block>();
  private last: Block | null = null;

  constructor(
    readonly context: ModelContext,
    readonly version: string,
    readonly segment: string,
    private readonly opened: () => void,
  ) {}

  block(minute: number): Block {
    const { last } = this;
    if (last !== null && last.minute === minute) return last;
    let block = this.minutes.get(minute);
    if (block === undefined) {
      block = this.context.takeBlock(minute);
      this.minutes.set(minute, block);
      this.opened();
    }
    this.last = block;
    return block;
  }
}

/** Adds the event in hand (`context.cells`) to a block. */
export function countCells(context: ModelContext, block: Block): void {
  const { cells } = context;
  const counts = block.cells;
  for (let i = 0; i < cells.length; i++) counts[cells[i]!]!++;
}

export const HISTOGRAM_COLUMNS = [
  'model',
  'version',
  'baseline',
  'segment',
  'signal',
  'minute',
  'bins',
] as const;
export const TRAFFIC_COLUMNS = [
  'model',
  'version',
  'segment',
  'minute',
  'requests',
  'errors',
  'rejected',
  'anomalies',
  'tokens_input',
  'tokens_output',
] as const;

const TAB = 0x09;
const NEWLINE = 0x0a;

/** Writes `{bin:count,…}` of the bins that are not zero. Returns false, and writes nothing, when all are. */
function writeBins(writer: ByteWriter, cells: Uint32Array, base: number, size: number): boolean {
  const start = writer.length;
  let separator = '{';
  for (let bin = 0; bin < size; bin++) {
    const count = cells[base + bin]!;
    if (count === 0) continue;
    writer.ascii(separator);
    writer.whole(bin);
    writer.byte(0x3a);
    writer.whole(count);
    separator = ',';
  }
  if (writer.length === start) return false;
  writer.byte(0x7d);
  return true;
}

function field(writer: ByteWriter, text: string): void {
  writer.text(text);
  writer.byte(TAB);
}

function writeHistogramRow(
  writer: ByteWriter,
  slice: Slice,
  block: Block,
  row: { baseline: string; signal: string; base: number; size: number },
): number {
  const start = writer.length;
  field(writer, slice.context.model);
  field(writer, slice.version);
  field(writer, row.baseline);
  field(writer, slice.segment);
  field(writer, row.signal);
  writer.whole(block.minute);
  writer.byte(TAB);
  if (!writeBins(writer, block.cells, row.base, row.size)) {
    writer.length = start;
    return 0;
  }
  writer.byte(NEWLINE);
  return 1;
}

/** Appends the histogram rows of one block; returns how many. */
export function writeHistograms(writer: ByteWriter, slice: Slice, block: Block): number {
  const { context } = slice;
  const baseline = context.plan?.baseline ?? '';
  let rows = 0;
  if (block.requests > 0)
    for (const { name, base, size } of context.signals)
      rows += writeHistogramRow(writer, slice, block, { baseline, signal: name, base, size });
  return (
    rows +
    writeHistogramRow(writer, slice, block, {
      baseline: '',
      signal: LATENCY_SIGNAL,
      base: context.latencyBase,
      size: LATENCY_LAST_BIN + 1,
    })
  );
}

/** Appends the traffic row of one block. */
export function writeTraffic(writer: ByteWriter, slice: Slice, block: Block): void {
  field(writer, slice.context.model);
  field(writer, slice.version);
  field(writer, slice.segment);
  for (const value of [
    block.minute,
    block.requests,
    block.errors,
    block.rejected,
    block.anomalies,
    block.tokensInput,
  ]) {
    writer.whole(value);
    writer.byte(TAB);
  }
  writer.whole(block.tokensOutput);
  writer.byte(NEWLINE);
}
