import { describe, expect, it } from 'vitest';
import { type CompareState, compareParsers, sideOf, sideText } from './compare-sides';
import { binEdges, binFilters, binLabel, featureFilter } from './feature-filter';
import { links, routeName, withQuery } from './links';
import { signalName } from './signal-name';
import { sliceFilter } from './slice';

describe('links', () => {
  it('take any name and give it back', () => {
    const name = 'a/b "c" <i> 🐳 %20';
    const path = links.signal(name, '@latency');
    expect(path.split('/')).toHaveLength(5);
    expect(routeName(path.split('/')[2] ?? '')).toBe(name);
  });

  it('keep a parameter that is no valid encoding as it stands', () => {
    expect(routeName('100%')).toBe('100%');
  });

  it('add parameters to a path that has some', () => {
    expect(withQuery(links.events('m'), { from: 'now-1h', version: '' })).toBe('/events?model=m&from=now-1h');
  });
});

describe('signal names', () => {
  it('tell features from what the service itself gives', () => {
    expect(signalName('distance')).toBe('distance');
    expect(signalName('@@odd')).toBe('@odd');
    expect(signalName('@latency')).toBe('latency (service)');
    expect(signalName('@future')).toBe('@future');
  });
});

describe('feature conditions', () => {
  it('are written the way the API reads them', () => {
    expect(featureFilter('distance', '>', 1_700)).toBe('distance>1700');
    expect(featureFilter('carrier', '=', 'a=b')).toBe('carrier=a=b');
    expect(featureFilter('carrier', 'missing')).toBe('carrier is missing');
    expect(featureFilter('a<b', '=', '3')).toBe('"a<b"=3');
    expect(featureFilter('a"<b', '=', '3')).toBeNull();
  });

  const edges = { min: 10, max: 200 };
  const bin = { from: null, to: null, label: '', side: null };

  it('say which events a bin holds', () => {
    expect(binFilters('d', { ...bin, from: 10, to: 50 }, edges)).toEqual(['d>=10', 'd<50']);
    expect(binFilters('d', { ...bin, from: 150, to: 200 }, edges)).toEqual(['d>=150', 'd<=200']);
    expect(binFilters('d', { ...bin, side: 'above' }, edges)).toEqual(['d>200']);
    expect(binFilters('d', { ...bin, side: 'below' }, edges)).toEqual(['d<10']);
    expect(binFilters('d', { ...bin, side: 'missing' }, edges)).toEqual(['d is missing']);
    expect(binFilters('c', { ...bin, label: 'AA' }, { min: null, max: null })).toEqual(['c=AA']);
  });

  it('say nothing of bins that hold many values', () => {
    expect(binFilters('c', { ...bin, side: 'unseen' }, edges)).toEqual([]);
    expect(binFilters('c', { ...bin, side: 'other' }, edges)).toEqual([]);
  });

  it("find the baseline's range and a bin's name", () => {
    const of = (from: number | null, to: number | null, side: 'above' | null = null) => ({
      label: '',
      from,
      to,
      side,
      baseline: 1,
      current: 1,
    });
    expect(binEdges([of(1, 2), of(2, 9), of(null, null, 'above')])).toEqual({ min: 1, max: 9 });
    expect(binEdges([of(null, null)])).toEqual({ min: null, max: null });
    expect(binLabel({ ...bin, from: 1, to: 2 })).toBe('1 – 2');
    expect(binLabel({ ...bin, side: 'missing' })).toBe('missing');
  });
});

describe('slices', () => {
  const range = { from: 'now-24h', to: 'now' };
  const empty = Object.fromEntries(Object.keys(compareParsers).map((key) => [key, ''])) as CompareState;

  it('leave out what is not chosen', () => {
    expect(sliceFilter({ version: 'v3', segment: '' })).toEqual({ version: 'v3' });
    expect(sliceFilter({ version: '', segment: '' })).toEqual({});
  });

  it('compare the active baseline with the range on screen at first', () => {
    expect(sideOf(empty, 'a', range)).toEqual({ baseline: 'active' });
    expect(sideOf(empty, 'b', range)).toEqual(range);
  });

  it('take a side of production with its own time', () => {
    const state = { ...empty, a_version: 'v2', a_from: 'now-14d', a_to: 'now-7d' };
    expect(sideOf(state, 'a', range)).toEqual({ from: 'now-14d', to: 'now-7d', version: 'v2' });
    expect(sideText(sideOf(state, 'a', range), String)).toBe('version v2, now-14d – now-7d');
    expect(sideText({ baseline: 'b1' }, (id) => `baseline ${id}`)).toBe('baseline b1');
    expect(sideText(range, String)).toBe('last 24h');
  });
});
