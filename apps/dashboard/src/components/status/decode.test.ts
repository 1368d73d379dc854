import { describe, expect, it } from 'vitest';
import { decode } from './decode';

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');

describe('a dead letter', () => {
  it('that is JSON is indented, markup and all', () => {
    expect(decode(base64('{"a":"<img src=x onerror=1>"}'))).toEqual({
      form: 'json',
      text: '{\n  "a": "<img src=x onerror=1>"\n}',
      bytes: 29,
      cut: false,
    });
  });

  it('that is broken JSON is text, emoji included', () => {
    expect(decode(base64('{"a": 🛫'))).toMatchObject({ form: 'text', text: '{"a": 🛫' });
  });

  it('that is no text is shown as bytes', () => {
    const { form, text } = decode(base64(new Uint8Array([0, 1, 255, 65, 66])));
    expect(form).toBe('bytes');
    expect(text).toBe(`000000  00 01 ff 41 42${' '.repeat(33)}  ···AB`);
  });

  it('that is huge is cut without tearing a character apart', () => {
    const { cut, bytes, text, form } = decode(base64('é'.repeat(20_000)));
    expect({ cut, bytes, form }).toEqual({ cut: true, bytes: 40_000, form: 'text' });
    expect(text.endsWith('é')).toBe(true);
  });

  it('of which only the beginning came is said to be cut, a torn character at its end left out', () => {
    const whole = Buffer.from(`{"city": "${'é'.repeat(10_000)}"}`);
    // The beginning that lists have, one byte into an é.
    const part = whole.subarray(0, 12_287);
    expect(part.at(-1)).toBe(0xc3);
    const { form, text, bytes, cut } = decode(base64(part), whole.length);
    expect({ form, bytes, cut }).toEqual({ form: 'text', bytes: whole.length, cut: true });
    expect(text.endsWith('é')).toBe(true);
    // A number that is valid JSON by itself is still the beginning of a longer one.
    expect(decode(base64('12'), 4)).toMatchObject({ form: 'text', cut: true });
    expect(decode(base64('12'), 2)).toMatchObject({ form: 'json', cut: false });
  });

  it('without readable base64 is empty', () => {
    expect(decode('%%%')).toMatchObject({ form: 'text', text: '', bytes: 0 });
  });
});
