import { describe, expect, it } from 'vitest';
import { verdictFacts } from './verdict-facts';

const moved = {
  way: 'up' as const,
  text: 'median 7 → 8',
  median_baseline: 7,
  median_current: 8,
  gained: [],
  lost: [],
};

describe('what a verdict stands on', () => {
  it('is its reason and which way the signal moved', () => {
    const reason = 'PSI 0.41 on 4,213 events (needs 310 to tell)';
    expect(verdictFacts({ verdict: 'significant', reason, direction: moved, rows_needed: 310 })).toEqual([
      reason,
      'median 7 → 8',
    ]);
  });

  it('says of a stable one how many events were enough, and nothing of a move that is none', () => {
    const reason = 'PSI 0.01 on 4,213 events, below 0.1';
    const still = { ...moved, way: 'none' as const };
    expect(verdictFacts({ verdict: 'stable', reason, direction: still, rows_needed: 310 })).toEqual([
      reason,
      '310 events are enough to tell',
    ]);
  });
});
