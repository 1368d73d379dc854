import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import type { ColumnMetaData, Compressors, DataPageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { snappyUncompressor } from 'hysnappy';
import { storedSnappy } from './stored-snappy.js';

const unsnappy = snappyUncompressor();

/** How pages may be packed, besides not at all. LZ4 is left to the engine: its Parquet flavours are several. */
export const PARQUET_COMPRESSORS: Compressors = {
  SNAPPY: (input, length) => storedSnappy(input, length) ?? unsnappy(input, length),
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input, length) => unzstd(input, new Uint8Array(length)),
};

/**
 * Writes the numbers of one column chunk to `into` from place `length` on, NaN for null.
 *
 * @param bytes the chunk as it lies in the file
 * @param path the schema from its root to the column
 * @returns the new length
 */
export function readPages(
  bytes: Uint8Array,
  meta: ColumnMetaData,
  path: SchemaTree[],
  into: Float64Array<ArrayBuffer>,
  length: number,
): number {
  const element = path[path.length - 1]!.element;
  const optional = element.repetition_type !== 'REQUIRED';
  const decoder: PageDecoder = {
    ...meta,
    element,
    pathInSchema: meta.path_in_schema,
    schemaPath: path,
    parsers: DEFAULT_PARSERS,
    compressors: PARQUET_COMPRESSORS,
  };
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  let dictionary: Float64Array | null = null;
  let end = length;
  for (let seen = 0; seen < Number(meta.num_values); ) {
    const header = parquetHeader(reader);
    const packed = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size);
    reader.offset += header.compressed_page_size;
    const unpacked = () =>
      decompressPage(packed, header.uncompressed_page_size, meta.codec, PARQUET_COMPRESSORS);
    if (header.dictionary_page_header) {
      dictionary = dictionaryOf(unpacked(), header.dictionary_page_header.num_values, meta.type);
      continue;
    }
    const page = header.data_page_header ?? header.data_page_header_v2;
    if (!page) throw new Error(`a page of type ${header.type}`);
    const coded = page.encoding === 'RLE_DICTIONARY' || page.encoding === 'PLAIN_DICTIONARY';
    if (coded && dictionary === null) throw new Error('a page without its dictionary');
    if (end + page.num_values > into.length) throw new Error('more values than rows');
    const place = into.subarray(end, end + page.num_values);
    if (header.data_page_header) {
      const values = unpacked();
      const start = optional ? endOfFullLevels(values, page.num_values) : 0;
      const full = !optional || start > 0;
      if (
        !(full && writeFull(values.subarray(start), header.data_page_header, meta.type, dictionary, place))
      ) {
        // What lies behind full levels is read as that of a column without nulls.
        const decodes = full ? { ...decoder, schemaPath: [] } : decoder;
        write(
          readDataPage(values.subarray(start), header.data_page_header, decodes),
          coded ? dictionary : null,
          place,
        );
      }
    } else write(readDataPageV2(packed, header, decoder), coded ? dictionary : null, place);
    end += page.num_values;
    seen += page.num_values;
  }
  return end;
}

type PageDecoder = Parameters<typeof readDataPage>[2];

function dictionaryOf(page: Uint8Array, values: number, type: ColumnMetaData['type']): Float64Array {
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const found = readPlain({ view, offset: 0 }, type, values, undefined);
  // It may lie in the page's memory, which the next page uses again.
  if (found instanceof Float64Array) return found.slice();
  const numbers = new Float64Array(found.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(found[i]);
  return numbers;
}

/** Places in the dictionary of one page; kept, as fresh memory for every page costs more than filling it. */
let codes = new Uint32Array(0);

/**
 * Writes the values of a page of the format's first kind without nulls, doubles and dictionary codes only: the general
 * reader makes several copies of those, and the most pages are of these two sorts.
 *
 * @param page the values, behind the levels
 * @returns false for a page of any other sort, or a cut one, of which nothing was written
 */
function writeFull(
  page: Uint8Array,
  header: DataPageHeader,
  type: ColumnMetaData['type'],
  dictionary: Float64Array | null,
  into: Float64Array<ArrayBuffer>,
): boolean {
  if (header.encoding === 'PLAIN' && type === 'DOUBLE' && page.length >= into.byteLength) {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(page.subarray(0, into.byteLength));
    return true;
  }
  const coded = header.encoding === 'RLE_DICTIONARY' || header.encoding === 'PLAIN_DICTIONARY';
  const width = page[0] ?? 0;
  if (!coded || dictionary === null || width === 0 || width > 24) return false;
  if (codes.length < into.length) codes = new Uint32Array(into.length);
  const found = codes.subarray(0, into.length);
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  readRleBitPackedHybrid({ view, offset: 1 }, width, found, page.length - 1);
  // A place beyond the dictionary gives NaN, as undefined becomes one.
  for (let i = 0; i < found.length; i++) into[i] = dictionary[found[i]!]!;
  return true;
}

/** Where the definition levels of a page end when they are one run of "present"; 0 when they are anything else. */
function endOfFullLevels(page: Uint8Array, rows: number): number {
  const length = new DataView(page.buffer, page.byteOffset, page.length).getUint32(0, true);
  let at = 4;
  let run = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = page[at++] ?? 0;
    run += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return run % 2 === 0 && run / 2 >= rows && page[at] === 1 && at + 1 <= 4 + length ? 4 + length : 0;
}

type Page = Pick<ReturnType<typeof readDataPage>, 'definitionLevels' | 'dataPage'>;

/** Writes a page's values, looked up in the dictionary where they are places in it. */
function write(
  { dataPage, definitionLevels }: Page,
  dictionary: Float64Array | null,
  into: Float64Array,
): void {
  const whole = dataPage.length === into.length;
  if (whole && dictionary === null && dataPage instanceof Float64Array) {
    into.set(dataPage);
    return;
  }
  let next = 0;
  for (let i = 0; i < into.length; i++) {
    const present = whole || definitionLevels?.[i] === 1;
    const value = present ? Number(dataPage[next++]) : Number.NaN;
    into[i] = present && dictionary !== null ? (dictionary[value] ?? Number.NaN) : value;
  }
}
