import { describe, expect, it } from 'vitest';
import { isStale } from './live';

describe('a live message', () => {
  it('makes the queries of its topic stale', () => {
    expect(isStale(['models', null, {}], [{ kind: 'verdicts', model: 'a' }])).toBe(true);
    expect(isStale(['alerts', null], [{ kind: 'alerts', model: null }])).toBe(true);
  });

  it("leaves another model's queries alone", () => {
    expect(isStale(['heatmap', 'a', {}], [{ kind: 'verdicts', model: 'a' }])).toBe(true);
    expect(isStale(['heatmap', 'b', {}], [{ kind: 'verdicts', model: 'a' }])).toBe(false);
    expect(isStale(['heatmap', 'b', {}], [{ kind: 'verdicts', model: null }])).toBe(true);
  });

  it('does not take an id in a key for a model', () => {
    expect(isStale(['incident', 'i-1'], [{ kind: 'alerts', model: 'a' }])).toBe(true);
  });

  it('makes a list of models stale when events arrive for one that is not in it', () => {
    const data = { models: [{ model: 'a' }] };
    expect(isStale(['models', null], [{ kind: 'ingest', model: 'b' }], data)).toBe(true);
    expect(isStale(['models', null], [{ kind: 'ingest', model: 'a' }], data)).toBe(false);
    expect(isStale(['models', null], [{ kind: 'ingest', model: 'b' }], undefined)).toBe(false);
    expect(isStale(['model', 'a'], [{ kind: 'ingest', model: 'b' }], data)).toBe(false);
  });

  it('leaves unrelated queries alone', () => {
    expect(isStale(['heatmap', 'a', {}], [{ kind: 'ingest', model: 'a' }])).toBe(false);
    expect(isStale([42], [{ kind: 'verdicts', model: null }])).toBe(false);
    expect(isStale(['models'], [])).toBe(false);
  });
});
