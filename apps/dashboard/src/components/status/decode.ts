/** A dead letter's bytes as a person can read them; `cut` when this is only the beginning of them. */
export type Decoded = { form: 'json' | 'text' | 'bytes'; text: string; bytes: number; cut: boolean };

/** What is shown at most; the rest can be saved. */
const MOST_BYTES = 16_384;
const ROW = 16;

/** The bytes of base64 text; an empty array for text that is none. */
export function fromBase64(payload: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}

/**
 * JSON is indented, UTF-8 text is shown as it is, anything else as a table of bytes. `total` tells how many bytes the
 * letter has when the payload may be only the first of them, as in a list.
 */
export function decode(payload: string, total?: number): Decoded {
  const came = fromBase64(payload);
  const bytes = Math.max(came.length, total ?? 0);
  const shown = came.subarray(0, MOST_BYTES);
  const cut = bytes > shown.length;
  const text = utf8(shown, cut);
  if (text === null)
    return {
      form: 'bytes',
      text: hexDump(shown.subarray(0, 2_048)),
      bytes,
      cut: bytes > 2_048,
    };
  if (!cut)
    try {
      return { form: 'json', text: JSON.stringify(JSON.parse(text), null, 2), bytes, cut };
    } catch {
      // Broken JSON is one of the reasons for being here: then it is text.
    }
  return { form: 'text', text, bytes, cut };
}

/** Text of bytes that are UTF-8 without control characters, else null. `cut`: the last character may be torn. */
function utf8(bytes: Uint8Array, cut: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = [...bytes.subarray(at, at + ROW)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(ROW * 3 - 1)}  ${text}`);
  }
  return rows.join('\n');
}
