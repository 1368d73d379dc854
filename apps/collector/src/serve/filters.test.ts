import { describe, expect, it } from 'vitest';
import { parseFeatureFilter, parseTagFilter } from './filters.js';

describe('a filter on a feature', () => {
  it.each([
    ['distance>1700', { name: 'distance', op: '>', value: '1700' }],
    ['distance >= 1e3', { name: 'distance', op: '>=', value: '1e3' }],
    ['carrier=AA', { name: 'carrier', op: '=', value: 'AA' }],
    ['carrier!=A=B', { name: 'carrier', op: '!=', value: 'A=B' }],
    ['age is missing', { name: 'age', op: 'missing', value: '' }],
    ['"a>b" < 2', { name: 'a>b', op: '<', value: '2' }],
    ['größe=', { name: 'größe', op: '=', value: '' }],
  ])('%s is understood', (text, filter) => {
    expect(parseFeatureFilter(text)).toEqual(filter);
  });

  it.each(['distance', '>5', 'distance>far', 'distance<', ''])('"%s" is refused with the grammar', (text) => {
    expect(() => parseFeatureFilter(text)).toThrow(/write name>number|compares with a number/);
  });
});

describe('a filter on a tag', () => {
  it('splits at the first equals sign', () => {
    expect(parseTagFilter('region=eu=west')).toEqual({ tag: 'region', value: 'eu=west' });
  });
  it('refuses text without a tag name', () => {
    expect(() => parseTagFilter('=eu')).toThrow(/tag=value/);
  });
});
