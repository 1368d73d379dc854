import { decompress as unzstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { decompressFrame } from 'lz4-napi';
import { uncompress as unsnap } from 'snappyjs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** First bytes of the framing that Java's Snappy streams put around raw blocks. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/** Largest size that one compressed record batch may expand to. */
const EXPANDED_LIMIT = 256 * 1_048_576;

/** Snappy as Kafka's clients write it: raw (librdkafka) or in Java's framing of length-prefixed blocks. */
export function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return Buffer.from(unsnap(bytes, EXPANDED_LIMIT));
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    blocks.push(Buffer.from(unsnap(bytes.subarray(at + 4, at + 4 + size), EXPANDED_LIMIT)));
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

/** LZ4 frames. */
export function decompressLz4(bytes: Buffer): Promise<Buffer> {
  return decompressFrame(bytes);
}

/** Zstandard frames, with or without a content size. */
export function decompressZstd(bytes: Buffer): Buffer {
  return Buffer.from(unzstd(bytes));
}

function readOnly(name: string, decompress: (bytes: Buffer) => Buffer | Promise<Buffer>) {
  return () => ({
    decompress: async (bytes: Buffer) => decompress(bytes),
    compress: async () => {
      throw new Error(`The collector reads ${name} topics and never writes them`);
    },
  });
}

/** Teaches kafkajs the codecs it has not built in; gzip is. The collector itself produces uncompressed. */
export function registerCodecs(): void {
  // kafkajs declares only gzip's entry; the others are read from the same table.
  const codecs = CompressionCodecs as unknown as Record<number, ReturnType<typeof readOnly>>;
  codecs[CompressionTypes.Snappy] = readOnly('Snappy', decompressSnappy);
  codecs[CompressionTypes.LZ4] = readOnly('LZ4', decompressLz4);
  codecs[CompressionTypes.ZSTD] = readOnly('Zstandard', decompressZstd);
}
