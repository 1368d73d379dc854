import { describe, expect, it } from 'vitest';
import { absolute, axisTime, isZone, relative, typedMoment, windowText } from './time';

const AT = Date.parse('2026-03-10T13:02:11Z');
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('times on screen', () => {
  it('are in the chosen zone', () => {
    expect(absolute(AT, 'UTC')).toBe('2026-03-10 13:02:11');
    expect(absolute(AT, 'Asia/Kolkata')).toBe('2026-03-10 18:32:11');
  });

  it('are relative with no more precision than anyone reads', () => {
    expect(relative(AT, AT + 4_000)).toBe('just now');
    expect(plain(relative(AT, AT + 42_000))).toBe('42 s ago');
    expect(plain(relative(AT, AT + 185_000))).toBe('3 min ago');
    expect(plain(relative(AT, AT + 5.4 * 3_600_000))).toBe('5 h ago');
    expect(plain(relative(AT, AT - 7_200_000))).toBe('in 2 h');
  });

  it('name the day of a window once when both ends share it', () => {
    expect(windowText(AT, AT + 3_600_000, 'UTC')).toBe('10 Mar 13:02 – 14:02');
    expect(windowText(AT, AT + 86_400_000, 'UTC')).toBe('10 Mar 13:02 – 11 Mar 13:02');
    expect(windowText(AT, AT + 60_000, 'UTC')).toBe('10 Mar 13:02:11 – 13:03:11');
  });

  it('show on an axis what its span needs', () => {
    expect(axisTime(AT, 'UTC', 60_000)).toBe('13:02:11');
    expect(axisTime(AT, 'UTC', 86_400_000)).toBe('13:02');
    expect(axisTime(AT, 'UTC', 30 * 86_400_000)).toBe('10 Mar');
  });

  it('are a dash where there is no such moment', () => {
    expect(absolute(Number.NaN, 'UTC')).toBe('–');
    expect(absolute(1e300, 'UTC')).toBe('–');
  });
});

describe('typed times', () => {
  it('are read in the zone on screen', () => {
    expect(typedMoment('2026-03-10 14:00', 'Europe/Berlin')).toBe('2026-03-10T13:00:00.000Z');
    expect(typedMoment('2026-07-10', 'Europe/Berlin')).toBe('2026-07-09T22:00:00.000Z');
  });

  it('are passed on as they stand when they are something else', () => {
    expect(typedMoment(' now-7d ', 'UTC')).toBe('now-7d');
    expect(typedMoment('tomorrow', 'UTC')).toBe('tomorrow');
  });
});

it('knows a time zone from a name that is none', () => {
  expect(isZone('America/New_York')).toBe(true);
  expect(isZone('Mars/Olympus')).toBe(false);
});
