import { compressFrameSync } from 'lz4-napi';
import { compress as snap } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { decompressLz4, decompressSnappy, decompressZstd } from './codecs.js';

const text = Buffer.from('a message '.repeat(5_000));

describe('codecs', () => {
  it('read raw Snappy, as librdkafka writes it', () => {
    expect(decompressSnappy(Buffer.from(snap(text))).equals(text)).toBe(true);
  });

  it('read Snappy in the blocks of the Java client', () => {
    const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    const blocks = [text.subarray(0, 30_000), text.subarray(30_000)].flatMap((part) => {
      const block = Buffer.from(snap(part));
      const size = Buffer.alloc(4);
      size.writeUInt32BE(block.length);
      return [size, block];
    });
    expect(decompressSnappy(Buffer.concat([header, ...blocks])).equals(text)).toBe(true);
  });

  it('read LZ4 frames', async () => {
    expect((await decompressLz4(compressFrameSync(text))).equals(text)).toBe(true);
  });

  it('read Zstandard frames', () => {
    // What `printf 'drift drift drift drift' | zstd` writes.
    const frame = Buffer.from('28b52ffd0458650000306472696674200100994b11cb0994b3', 'hex');
    expect(decompressZstd(frame).toString()).toBe('drift drift drift drift');
    expect(() => decompressZstd(frame.subarray(0, 10))).toThrow();
  });
});
