'use client';

import { useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { useLive } from '../components/live';
import { useNow } from '../components/now';
import { type Range, rangeMs, refreshMs, soundRange } from './range';
import { rangeParsers } from './search';

/**
 * The page's time range from the URL, its bounds in epoch milliseconds, and how often queries over it should be
 * asked again (`refetchInterval`; false when the range lies in the past or live updates are paused).
 */
export function useRange(): {
  range: Range;
  bounds: { from: number; to: number };
  refetchInterval: number | false;
  setRange: (range: Range) => void;
} {
  const [{ from, to }, setState] = useQueryStates(rangeParsers, { history: 'push' });
  const now = useNow();
  const { paused } = useLive();
  const range = useMemo(() => soundRange(from, to, now), [from, to, now]);
  const stable = useMemo(() => ({ from: range.from, to: range.to }), [range.from, range.to]);
  const bounds = useMemo(() => rangeMs(stable, now), [stable, now]);
  const setRange = useCallback((next: Range) => void setState({ from: next.from, to: next.to }), [setState]);
  return {
    range: stable,
    bounds,
    refetchInterval: paused ? false : refreshMs(stable, now),
    setRange,
  };
}
