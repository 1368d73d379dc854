/** Where pages are put together; kept, as fresh memory for every page costs more than filling it. */
let scratch = new Uint8Array(0);

/**
 * Reads a Snappy block that nothing could be packed in: stretches of the bytes as they are (literals) and no copies.
 * So are most pages of measured numbers, and a library would move them four times. Null for any other block, of which
 * a library knows more, damaged ones included.
 *
 * Source: Snappy's format description, sections 1 and 2.1.
 *
 * @param length bytes that must come out
 * @returns memory of `block`, or memory that the next call uses again
 */
export function storedSnappy(block: Uint8Array, length: number): Uint8Array | null {
  // The first bytes are the length once more, seven bits in each.
  let at = 0;
  while (at < 5 && (block[at] ?? 0) >= 0x80) at++;
  at++;
  let filled = 0;
  while (at < block.length) {
    const tag = block[at++]!;
    if ((tag & 3) !== 0) return null;
    let stretch = tag >> 2;
    if (stretch >= 60) {
      const bytes = stretch - 59;
      stretch = 0;
      for (let i = 0; i < bytes; i++) stretch += (block[at + i] ?? 0) * 2 ** (8 * i);
      at += bytes;
    }
    stretch++;
    const end = at + stretch;
    if (end > block.length || filled + stretch > length) return null;
    if (stretch === length) return end === block.length ? block.subarray(at, end) : null;
    if (scratch.length < length) scratch = new Uint8Array(length);
    scratch.set(block.subarray(at, end), filled);
    filled += stretch;
    at = end;
  }
  return filled === length && length > 0 ? scratch.subarray(0, length) : null;
}
