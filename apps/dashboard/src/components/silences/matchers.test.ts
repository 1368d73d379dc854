import { describe, expect, it } from 'vitest';
import { matchersFor, parseMatchers, showMatchers, takes } from './matchers';

describe('matchers in links', () => {
  it('come back as they were written, whatever the value holds', () => {
    const matchers = [
      { label: 'model', op: '=' as const, value: 'a "quoted", {braced} name\\ with 🛫' },
      { label: 'signal', op: '=~' as const, value: 'orig.*|dest' },
      { label: 'segment', op: '!=' as const, value: '' },
    ];
    expect(parseMatchers(showMatchers(matchers))).toEqual({ matchers, problem: null });
  });

  it('may stand in braces and without quotes', () => {
    expect(parseMatchers('{model=flight-delay, rule!=x}').matchers).toEqual([
      { label: 'model', op: '=', value: 'flight-delay' },
      { label: 'rule', op: '!=', value: 'x' },
    ]);
  });

  it('that are broken keep the readable part and name the rest', () => {
    const { matchers, problem } = parseMatchers('model="a",=oops');
    expect(matchers).toEqual([{ label: 'model', op: '=', value: 'a' }]);
    expect(problem).toContain('=oops');
    expect(parseMatchers('model="\\x"').problem).not.toBeNull();
  });

  it('end after twenty', () => {
    const { matchers, problem } = parseMatchers(Array(30).fill('a="b"').join(','));
    expect(matchers).toHaveLength(20);
    expect(problem).not.toBeNull();
  });
});

describe('which alerts a silence takes', () => {
  const labels = { model: 'flight-delay', signal: 'origin' };

  it('needs every matcher, with expressions anchored at both ends', () => {
    expect(takes([{ label: 'signal', op: '=~', value: 'ori' }], labels)).toBe(false);
    expect(takes([{ label: 'signal', op: '=~', value: 'ori.*' }], labels)).toBe(true);
    expect(
      takes(
        [
          { label: 'signal', op: '!~', value: 'dest' },
          { label: 'model', op: '=', value: 'x' },
        ],
        labels,
      ),
    ).toBe(false);
  });

  it('treats an absent label as empty', () => {
    expect(takes([{ label: 'segment', op: '=', value: '' }], labels)).toBe(true);
  });

  it('can not be told with a broken expression', () => {
    expect(takes([{ label: 'signal', op: '=~', value: '(' }], labels)).toBeNull();
  });

  it('is prefilled from an alert without its version, so that the next one is covered too', () => {
    expect(matchersFor({ model: 'm', rule: 'r', signal: null, segment: 'region=eu' })).toEqual([
      { label: 'model', op: '=', value: 'm' },
      { label: 'rule', op: '=', value: 'r' },
      { label: 'segment', op: '=', value: 'region=eu' },
    ]);
  });
});
