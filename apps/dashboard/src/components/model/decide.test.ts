import type { VerdictKind } from '@leeway/contract';
import { describe, expect, it } from 'vitest';
import { moveTarget } from '../ui/table-keys';
import { moved, rankMovers } from './prepare-movers';
import { chosenWindow, defaultSignal, firingAlerts, lastWindow } from './signal-window';

describe('the window that a page looks at', () => {
  const range = { from: 0, to: 100_000 };
  const latest = { window_start: '1970-01-01T00:00:10Z', window_end: '1970-01-01T00:00:20Z' };

  it('is the chosen one, else the newest judged, else the whole range', () => {
    expect(chosenWindow(5_000, 1_000, latest, range)).toEqual({ from: 5_000, to: 6_000, chosen: true });
    expect(chosenWindow(null, 1_000, latest, range)).toEqual({ from: 10_000, to: 20_000, chosen: false });
    expect(chosenWindow(null, 1_000, null, range)).toEqual({ ...range, chosen: false });
    expect(chosenWindow(5_000, null, latest, range)).toBeNull();
  });

  it('offers the newest one with events where another one is shown', () => {
    const shown = { from: 60_000, to: 120_000, chosen: false };
    expect(lastWindow('1970-01-01T00:00:59.999Z', 60_000, shown)).toBe(0);
    expect(lastWindow('1970-01-01T00:01:00.000Z', 60_000, shown)).toBeNull();
    expect(lastWindow(null, 60_000, shown)).toBeNull();
    expect(lastWindow('1970-01-01T00:00:59Z', null, shown)).toBeNull();
  });

  it('is of the signal that an alert fires on, else of the worst, else of the first', () => {
    const known = [{ signal: 'a' }, { signal: 'b' }];
    expect(defaultSignal([{ signal: null }, { signal: 'gone' }, { signal: 'b' }], 'a', known)).toBe('b');
    expect(defaultSignal([{ signal: null }], 'worst', known)).toBe('worst');
    expect(defaultSignal([], undefined, known)).toBe('a');
    expect(defaultSignal([], undefined, [])).toBeNull();
  });
});

it('the alerts of a model are those that fire and speak for themselves, the worst first', () => {
  const alert = { model: 'm', state: 'firing' as const, inhibited_by: [], value: 1, threshold: 1 };
  const list = [
    { ...alert, name: 'near' },
    { ...alert, name: 'far', value: 3 },
    { ...alert, name: 'held', inhibited_by: ['x'] },
    { ...alert, name: 'pending', state: 'pending' as const },
    { ...alert, name: 'other', model: 'n' },
  ];
  expect(firingAlerts(list, 'm').map(({ name }) => name)).toEqual(['far', 'near']);
});

describe('what moved', () => {
  const of = (signal: string, verdict: VerdictKind, psi: number | null) => ({
    signal,
    verdict,
    psi_debiased: psi,
  });

  it('is ranked by verdict before PSI', () => {
    const ranked = rankMovers([
      of('noise', 'insufficient_data', 3),
      of('big', 'stable', 0.09),
      of('b', 'significant', 0.3),
      of('a', 'significant', 0.3),
      of('m', 'moderate', 0.15),
    ]);
    expect(ranked.map(({ signal }) => signal)).toEqual(['a', 'b', 'm', 'big', 'noise']);
    expect(ranked.filter(moved)).toHaveLength(3);
  });
});

describe('keys in a table', () => {
  it('move and stop at the ends', () => {
    expect(moveTarget('ArrowDown', 0, 3)).toBe(1);
    expect(moveTarget('ArrowDown', 2, 3)).toBe(2);
    expect(moveTarget('PageDown', 0, 100)).toBe(12);
    expect(moveTarget('End', 0, 100)).toBe(99);
    expect(moveTarget('Home', 50, 100)).toBe(0);
    expect(moveTarget('x', 0, 3)).toBeNull();
    expect(moveTarget('ArrowDown', 0, 0)).toBeNull();
  });
});
