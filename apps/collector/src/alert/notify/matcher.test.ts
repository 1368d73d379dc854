import { describe, expect, it } from 'vitest';
import { compileMatcher, compileMatchers, parseMatcher } from './matcher.js';

describe('matchers', () => {
  it.each([
    ['severity="critical"', { label: 'severity', op: '=', value: 'critical' }],
    ['model =~ "flight-.*"', { label: 'model', op: '=~', value: 'flight-.*' }],
    ["team!='data'", { label: 'team', op: '!=', value: 'data' }],
    ['a!~b', { label: 'a', op: '!~', value: 'b' }],
    ['note="say \\"no\\""', { label: 'note', op: '=', value: 'say "no"' }],
  ])('are read from Prometheus’ text: %s', (text, wanted) => {
    expect(parseMatcher(text)).toEqual(wanted);
  });
  it.each(['severity', '=x', 'a=="b', '1a=b'])('refuse %s', (text) => {
    expect(() => parseMatcher(text)).toThrow(SyntaxError);
  });
  it('take an absent label as empty', () => {
    expect(compileMatchers([{ label: 'team', op: '=', value: '' }])({})).toBe(true);
    expect(compileMatchers([{ label: 'team', op: '!=', value: 'x' }])({})).toBe(true);
  });
  it('answer in linear time where a backtracking engine would hang', () => {
    const test = compileMatcher({ label: 'signal', op: '=~', value: '(a+)+$' });
    const started = performance.now();
    expect(test({ signal: `${'a'.repeat(5_000)}!` })).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
