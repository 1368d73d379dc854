import { describe, expect, it } from 'vitest';
import { oneLine, printable, readable } from './printable.js';

describe('what strangers sent, on a terminal', () => {
  it('does nothing to the terminal: control characters and turned text are written out', () => {
    expect(printable('\u001b[2Jgone\u0007\u009b31m\u202eevil')).toBe('\\x1b[2Jgone\\x07\\x9b31m\\u202eevil');
    expect(printable('lines\nand\ttabs, naïve 日本')).toBe('lines\nand\ttabs, naïve 日本');
  });

  it('stays on its line of a table', () => {
    expect(oneLine('  one\n\ntwo\tthree  ', 80)).toBe('one two three');
    expect(oneLine('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  });

  it('is text where it is text, and a table of bytes where it is not', () => {
    expect(readable(Buffer.from('{"a":1}\r\n'))).toBe('{"a":1}\n');
    expect(readable(Buffer.from([0, 0, 0, 0, 7, 0x41, 0xff]))).toBe(
      '000000  00 00 00 00 07 41 ff                             ·····A·',
    );
    expect(readable(Buffer.alloc(5_000))).toMatch(/… 904 bytes more; --raw prints all of them$/);
  });
});
