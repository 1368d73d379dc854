/** Control characters, which a terminal would obey, and the marks that turn text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function written(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** Text of strangers for a terminal: lines and tabs stay, everything else that is no text is written out. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, written);
}

/** The same on one line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = printable(text.replaceAll(/\s+/g, ' ').trim());
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

const ROW = 16;

/** Bytes as text where they are UTF-8 without control characters, else as a table of at most `limit` of them. */
export function readable(bytes: Uint8Array, limit = 4_096): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (printable(text) === text.replaceAll('\r', '\\x0d')) return text.replaceAll('\r', '');
  } catch {
    // No UTF-8.
  }
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += ROW) {
    const row = [...bytes.subarray(at, Math.min(at + ROW, limit))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(ROW * 3 - 1)}  ${text}`);
  }
  if (bytes.length > limit) rows.push(`… ${bytes.length - limit} bytes more; --raw prints all of them`);
  return rows.join('\n');
}
