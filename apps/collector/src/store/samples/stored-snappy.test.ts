import { snappyCompress, snappyUncompress } from 'hysnappy';
import { describe, expect, it } from 'vitest';
import { storedSnappy } from './stored-snappy.js';

/** Bytes that look drawn; the same for the same length. */
function noise(length: number): Uint8Array {
  let x = 1;
  return Uint8Array.from({ length }, () => {
    x = (48_271 * x) % 2_147_483_647;
    return x >>> 11;
  });
}

/** A block of literals of these lengths. */
function blockOf(bytes: Uint8Array, lengths: readonly number[]): Uint8Array {
  const block: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      block.push(rest);
      break;
    }
    block.push((rest % 128) + 128);
  }
  let at = 0;
  for (const length of lengths) {
    const size = length - 1;
    const width = size < 60 ? 0 : size < 2 ** 8 ? 1 : size < 2 ** 16 ? 2 : size < 2 ** 24 ? 3 : 4;
    block.push((width === 0 ? size : 59 + width) << 2);
    for (let i = 0; i < width; i++) block.push(Math.floor(size / 2 ** (8 * i)) % 256);
    for (const byte of bytes.subarray(at, at + length)) block.push(byte);
    at += length;
  }
  return Uint8Array.from(block);
}

describe('a Snappy block without copies', () => {
  it.each([
    [[1]],
    [[60]],
    [[61]],
    [[256]],
    [[257]],
    [[65_536]],
    [[65_537]],
    [[200_000]],
    [[65_536, 65_536, 9]],
    [[1, 61, 300, 2]],
  ])('of stretches of %j bytes comes out as the library has it', (lengths) => {
    const bytes = noise(lengths.reduce((a, b) => a + b));
    const block = blockOf(bytes, lengths);
    expect(Buffer.compare(snappyUncompress(block, bytes.length), bytes)).toBe(0);
    expect(Buffer.compare(storedSnappy(block, bytes.length)!, bytes)).toBe(0);
  });

  it('is none where something was packed, where bytes are missing and where too many come out', () => {
    expect(storedSnappy(snappyCompress(new Uint8Array(1_000)), 1_000)).toBeNull();
    for (const lengths of [[1_000], [400, 600]]) {
      const block = blockOf(noise(1_000), lengths);
      expect(storedSnappy(block.subarray(0, 900), 1_000)).toBeNull();
      expect(storedSnappy(block, 999)).toBeNull();
      expect(storedSnappy(block, 1_001)).toBeNull();
    }
    expect(storedSnappy(new Uint8Array(0), 0)).toBeNull();
    expect(storedSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff), 10)).toBeNull();
  });
});
