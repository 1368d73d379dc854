import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { SampleError } from './sample-error.js';

export type SampleFormat = 'parquet' | 'csv' | 'ndjson';

export interface RecognisedFile {
  format: SampleFormat;
  bytes: number;
  /** Field separator of a CSV file. */
  delimiter: string;
  /** True for a text file of a single line. */
  oneLine: boolean;
}

const KINDS_OF_FILE: readonly [string, readonly number[]][] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a ZIP archive (an Excel workbook is one too)', [0x50, 0x4b, 0x03, 0x04]],
  ['gzip-compressed', [0x1f, 0x8b]],
  ['zstd-compressed', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an ORC file', [0x4f, 0x52, 0x43]],
  ['an Avro file', [0x4f, 0x62, 0x6a, 0x01]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69]],
  ['a Python pickle', [0x80, 0x04, 0x95]],
];
const HEAD = 65_536;

/**
 * Tells what a file of training data is, by its first bytes and then by its name; content wins over the name. Throws a
 * `SampleError` for what is none of Parquet, CSV and NDJSON.
 */
export async function recogniseFile(path: string, name = path): Promise<RecognisedFile> {
  let head: Buffer;
  let bytes: number;
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new SampleError('unreadable_file', `${name} is not a file`);
    bytes = info.size;
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(Math.min(HEAD, bytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      head = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SampleError) throw error;
    const code = (error as { code?: string }).code ?? 'error';
    throw new SampleError('unreadable_file', `${name} can't be read (${code})`, { cause: error });
  }
  if (bytes === 0) throw new SampleError('empty_file', `${name} is empty`);
  const oneLine = bytes === head.length && !head.toString('utf8').trim().includes('\n');
  return { format: formatOf(head, name), bytes, delimiter: delimiterOf(head), oneLine };
}

function formatOf(head: Buffer, name: string): SampleFormat {
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const extension = extname(name).toLowerCase();
  for (const [what, magic] of KINDS_OF_FILE)
    if (magic.every((byte, i) => head[i] === byte)) throw wrongFormat(name, what);
  if (head.includes(0)) throw wrongFormat(name, 'a binary file of no known kind');
  if (extension === '.parquet') throw wrongFormat(name, 'no Parquet file (its first bytes are not PAR1)');
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('{')) return 'ndjson';
  if (text.startsWith('[')) throw wrongFormat(name, 'one JSON array; write one JSON object a line (NDJSON)');
  return 'csv';
}

function wrongFormat(name: string, what: string): SampleError {
  return new SampleError(
    'wrong_format',
    `${name} is ${what}. Give a Parquet, CSV (with a header line) or NDJSON file`,
  );
}

/** The separator that the header line has most of. */
function delimiterOf(head: Buffer): string {
  const line = head.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
  let best = ',';
  let most = 0;
  for (const candidate of [',', ';', '\t', '|']) {
    const count = line.split(candidate).length - 1;
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}
