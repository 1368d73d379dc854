import { describe, expect, it } from 'vitest';
import {
  bytes,
  count,
  milliseconds,
  number,
  percent,
  psi,
  rate,
  ratio,
  shorten,
  span,
  withUnit,
} from './format';

/** The narrow no-break space between a number and its unit, as a plain one. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('numbers', () => {
  it('carry three significant digits', () => {
    expect(number(0.41234)).toBe('0.412');
    expect(number(12.3456)).toBe('12.3');
    expect(number(1234.5)).toBe('1,235');
    expect(number(0)).toBe('0');
    expect(number(-3.1234)).toBe('−3.12');
  });

  it('are scaled from ten thousand on', () => {
    expect(plain(number(9_999))).toBe('9,999');
    expect(plain(number(10_000))).toBe('10 k');
    expect(plain(number(12_400_000))).toBe('12.4 M');
    expect(plain(number(999_999))).toBe('1 M');
  });

  it('stay readable at both ends of what a double holds', () => {
    expect(number(1e308)).toBe('1.00e308');
    expect(number(0.000012)).toBe('1.2e−5');
    expect(number(Number.POSITIVE_INFINITY)).toBe('∞');
    expect(number(Number.NaN)).toBe('–');
    expect(number(null)).toBe('–');
  });

  it('are counted exactly below a million', () => {
    expect(count(4_213)).toBe('4,213');
    expect(count(999_499)).toBe('999,499');
    expect(plain(count(12_400_000))).toBe('12.4 M');
  });

  it('are a PSI with as many decimals as its bands need', () => {
    expect(psi(0.412)).toBe('0.41');
    expect(psi(0.0123)).toBe('0.012');
    expect(psi(-0.004)).toBe('−0.004');
    expect(psi(null)).toBe('–');
  });
});

describe('units', () => {
  it('choose themselves by size', () => {
    expect(plain(milliseconds(38.4))).toBe('38.4 ms');
    expect(plain(milliseconds(1_234))).toBe('1.23 s');
    expect(plain(milliseconds(300_000))).toBe('5 min');
    expect(plain(bytes(1_536))).toBe('1.5 KiB');
    expect(plain(rate(12.34))).toBe('12.3 /s');
    expect(plain(rate(0.5))).toBe('30 /min');
    expect(plain(rate(0.001))).toBe('3.6 /h');
  });

  it('follow what a series says', () => {
    expect(plain(withUnit(0.004, 'share'))).toBe('0.4 %');
    expect(plain(withUnit(38, 'ms'))).toBe('38 ms');
    expect(plain(withUnit(1_160, 'km'))).toBe('1,160 km');
    expect(withUnit(null, 'ms')).toBe('–');
  });

  it('never round a share to none or to all', () => {
    expect(plain(percent(0.00001))).toBe('< 0.01 %');
    expect(plain(percent(0.99999))).toBe('> 99.9 %');
    expect(plain(percent(1))).toBe('100 %');
    expect(plain(percent(0))).toBe('0 %');
  });

  it('tell spans in two units at most', () => {
    expect(plain(span(12_000))).toBe('12 s');
    expect(plain(span(12_000_000))).toBe('3 h 20 min');
    expect(plain(span(90_000_000))).toBe('1 d 1 h');
    expect(plain(span(3_600_000))).toBe('1 h');
  });

  it('give no ratio to nothing', () => {
    expect(ratio(38, 35)).toBe('1.09×');
    expect(ratio(38, 0)).toBeNull();
    expect(ratio(null, 35)).toBeNull();
  });
});

it('text is cut between characters, never inside of one', () => {
  expect(shorten('distance', 8)).toBe('distance');
  expect(shorten('distance', 7)).toBe('distan…');
  expect(shorten('ab🧨cd', 5)).toBe('ab🧨…');
  expect(shorten('ab🧨cd', 4)).toBe('ab…');
});
