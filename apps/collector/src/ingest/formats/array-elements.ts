const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

function isOpening(byte: number): boolean {
  return byte === 0x5b || byte === 0x7b;
}

function isClosing(byte: number): boolean {
  return byte === 0x5d || byte === 0x7d;
}

function trimmed(bytes: Uint8Array, from: number, to: number): Uint8Array {
  let [start, end] = [from, to];
  while (start < end && bytes[start]! <= 0x20) start++;
  while (end > start && bytes[end - 1]! <= 0x20) end--;
  return bytes.subarray(start, end);
}

/**
 * The elements of a JSON array as they stand in its bytes, without parsing them: numbers keep their digits and keys
 * that come twice stay. The bytes must be a valid JSON array, which whoever parsed it knows.
 */
export function elementsOf(bytes: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (isOpening(byte)) {
      if (++depth === 1) start = i + 1;
    } else if (isClosing(byte)) {
      if (--depth === 0) {
        const last = trimmed(bytes, start, i);
        if (last.length > 0) elements.push(last);
      }
    } else if (byte === COMMA && depth === 1) {
      elements.push(trimmed(bytes, start, i));
      start = i + 1;
    }
  }
  return elements;
}
