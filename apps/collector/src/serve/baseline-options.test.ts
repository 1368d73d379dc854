import { describe, expect, it } from 'vitest';
import { parseBaselineOptions } from './baseline-options.js';

describe('the options of a baseline', () => {
  it('come as one JSON field, as fields of their own, or both', () => {
    const json = { timestamp: 'at', prediction: 'p', exclude: ['id'] };
    expect(parseBaselineOptions({ options: JSON.stringify(json) })).toMatchObject({
      ...json,
      activate: true,
    });
    expect(
      parseBaselineOptions({
        options: JSON.stringify(json),
        prediction: 'score',
        exclude: 'id, name ,',
        activate: 'false',
        multivariate: 'false',
        kinds: '{"zip":"categorical"}',
      }),
    ).toEqual({
      timestamp: 'at',
      prediction: 'score',
      exclude: ['id', 'name'],
      activate: false,
      kinds: { zip: 'categorical' },
      importance: {},
      multivariate: false,
    });
  });

  it('have defaults for everything', () => {
    expect(parseBaselineOptions({})).toEqual({
      exclude: [],
      kinds: {},
      importance: {},
      activate: true,
      multivariate: true,
    });
  });

  it.each([
    [{ options: '{' }, /no JSON/],
    [{ options: '[1]' }, /JSON object/],
    [{ kinds: '{"a":"colour"}' }, /kinds\.a/],
    [{ activate: 'maybe' }, /activate/],
    [{ timestmap: 'at' }, /timestmap/],
  ] as [Record<string, string>, RegExp][])('refuse %o by name', (fields, message) => {
    expect(() => parseBaselineOptions(fields)).toThrow(message);
  });
});
