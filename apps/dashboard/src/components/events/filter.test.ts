import { describe, expect, it } from 'vitest';
import { type FeatureFilter, featureProblem, featureText, parseFeature, tagText } from './filter';

describe('a condition on a feature', () => {
  it.each<[FeatureFilter, string]>([
    [{ name: 'distance', op: '>', value: '1700' }, 'distance>1700'],
    [{ name: 'carrier', op: '!=', value: 'A=B' }, 'carrier!=A=B'],
    [{ name: 'age in years', op: 'missing', value: '' }, 'age in years is missing'],
    [{ name: 'a<b', op: '=', value: 'x' }, '"a<b"=x'],
    [{ name: ' edge ', op: '=', value: '' }, '" edge "='],
    [{ name: 'x is missing', op: '>=', value: '1' }, '"x is missing">=1'],
    [{ name: '🛫', op: '<=', value: '-1e3' }, '🛫<=-1e3'],
  ])('%j is written %s and read back', (filter, text) => {
    expect(featureText(filter)).toBe(text);
    expect(parseFeature(text)).toEqual(filter);
  });

  it('that can’t be written is refused with a reason', () => {
    expect(featureText({ name: 'a"<b', op: '=', value: 'x' })).toBeNull();
    expect(featureProblem({ name: 'a"<b', op: '=', value: 'x' })).toContain('quotes');
    expect(featureProblem({ name: '', op: '=', value: 'x' })).toContain('Name');
    expect(featureProblem({ name: 'd', op: '>', value: 'far' })).toContain('number');
    expect(featureProblem({ name: 'd', op: '=', value: 'far' })).toBeNull();
  });

  it('that is none is nothing', () => {
    expect(parseFeature('distance')).toBeNull();
    expect(parseFeature('')).toBeNull();
  });
});

it('a tag needs a name and a value', () => {
  expect(tagText(' region=eu ')).toBe('region=eu');
  expect(tagText('=eu')).toBeNull();
  expect(tagText('region')).toBeNull();
});
