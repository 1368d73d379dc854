import { describe, expect, it } from 'vitest';
import { ApiProblem } from './problem.js';
import { parseRange, parseTime } from './time.js';

const now = Date.parse('2026-03-08T12:00:00Z');

describe('a time in a request', () => {
  it.each([
    ['now', now],
    ['now-7d', now - 7 * 86_400_000],
    ['now-90m', now - 90 * 60_000],
    ['now+2w', now + 14 * 86_400_000],
    ['now-0s', now],
    [' now-1h ', now - 3_600_000],
    ['2026-03-01T14:00:00Z', Date.parse('2026-03-01T14:00:00Z')],
    ['2026-03-01T14:00:00.250+02:00', Date.parse('2026-03-01T12:00:00.250Z')],
    ['1772373600000', 1_772_373_600_000],
  ])('%s is understood', (text, at) => {
    expect(parseTime(text, now)).toBe(at);
  });

  it.each([
    '',
    'yesterday',
    'now-7',
    'now-7y',
    'now - 7d',
    'now-1.5h',
    '2026-03-01',
    '2026-13-01T00:00:00Z',
    '-5',
    'now-99999w',
    '99999999999999',
    'now-7d-1h',
  ])('"%s" is refused', (text) => {
    expect(parseTime(text, now)).toBeNull();
  });
});

describe('a range in a request', () => {
  it('names the parameter that is wrong and what to write instead', () => {
    expect(() => parseRange({ from: 'soon', to: 'now' }, now, 'a_')).toThrow(/"a_from" is "soon".*RFC 3339/);
  });

  it.each([
    ['now', 'now'],
    ['now', 'now-1h'],
  ])('from %s to %s is empty and refused', (from, to) => {
    const error = (() => {
      try {
        parseRange({ from, to }, now);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(ApiProblem);
    expect((error as ApiProblem).code).toBe('invalid_range');
  });
});
