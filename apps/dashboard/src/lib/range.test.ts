import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RANGE, momentMs, rangeMs, rangeProblem, refreshMs, soundRange } from './range';
import { rangeLabel } from './range-label';

const NOW = Date.parse('2026-03-10T12:00:00Z');

describe('time texts', () => {
  it('reads relative times in every unit', () => {
    expect(momentMs('now', NOW)).toBe(NOW);
    expect(momentMs('now-90s', NOW)).toBe(NOW - 90_000);
    expect(momentMs('now-15m', NOW)).toBe(NOW - 900_000);
    expect(momentMs('now-6h', NOW)).toBe(NOW - 21_600_000);
    expect(momentMs('now-7d', NOW)).toBe(NOW - 604_800_000);
    expect(momentMs('now-2w', NOW)).toBe(NOW - 1_209_600_000);
  });

  it('reads RFC 3339 and epoch milliseconds', () => {
    expect(momentMs('2026-03-10T12:00:00Z', NOW)).toBe(NOW);
    expect(momentMs('2026-03-10T13:00:00.000+01:00', NOW)).toBe(NOW);
    expect(momentMs(String(NOW), NOW)).toBe(NOW);
  });

  it('refuses what the API would refuse as well', () => {
    for (const text of [
      '',
      'yesterday',
      'now-',
      'now-7y',
      '2026-03-10',
      '2026-03-10T12:00',
      '-5',
      '9'.repeat(17),
    ])
      expect(momentMs(text, NOW), text).toBeNull();
  });

  it('never throws and never answers anything but a moment or null', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const ms = momentMs(text, NOW);
        expect(ms === null || Number.isFinite(ms)).toBe(true);
      }),
    );
  });
});

describe('ranges', () => {
  it('takes a broken URL as the default range', () => {
    expect(soundRange('banana', 'now', NOW)).toEqual(DEFAULT_RANGE);
    expect(soundRange('now', 'now-1h', NOW)).toEqual(DEFAULT_RANGE);
    expect(soundRange(null, null, NOW)).toEqual(DEFAULT_RANGE);
    expect(soundRange('now-7d', 'now-1d', NOW)).toEqual({ from: 'now-7d', to: 'now-1d' });
  });

  it('says what is wrong and how to write it', () => {
    expect(rangeProblem({ from: 'soon', to: 'now' }, NOW)).toContain('"soon" is no time');
    expect(rangeProblem({ from: 'now', to: 'now-1h' }, NOW)).toBe('The range ends before it begins.');
    expect(rangeProblem({ from: 'now-1h', to: 'now' }, NOW)).toBeNull();
  });

  it('gives the bounds in milliseconds', () => {
    expect(rangeMs({ from: 'now-1h', to: 'now' }, NOW)).toEqual({ from: NOW - 3_600_000, to: NOW });
  });

  it('asks again often over short ranges, seldom over long ones, and never over the past', () => {
    expect(refreshMs({ from: 'now-15m', to: 'now' }, NOW)).toBe(5_000);
    expect(refreshMs({ from: 'now-1h', to: 'now' }, NOW)).toBe(18_000);
    expect(refreshMs({ from: 'now-90d', to: 'now' }, NOW)).toBe(300_000);
    expect(refreshMs({ from: 'now-2d', to: 'now-1d' }, NOW)).toBe(false);
  });

  it('is called by a preset name, by its length, or by both ends', () => {
    expect(rangeLabel({ from: 'now-24h', to: 'now' }, 'UTC')).toBe('Last 24 hours');
    expect(rangeLabel({ from: 'now-5m', to: 'now' }, 'UTC')).toBe('Last 5\u202fm');
    expect(rangeLabel({ from: 'now-2d', to: 'now-1d' }, 'UTC')).toBe('now-2d – now-1d');
    expect(rangeLabel({ from: '2026-03-10T12:00:00Z', to: '2026-03-10T13:00:00Z' }, 'Europe/Berlin')).toBe(
      '10 Mar 13:00 – 14:00',
    );
  });
});
