import { describe, expect, it } from 'vitest';
import { type ReasonFacts, reasonFor } from './reason.js';

const facts: ReasonFacts = {
  verdict: 'significant',
  n: 20_000,
  m: 4_213,
  psi: 0.41,
  q: 0.0001,
  level: 0.01,
  moderate: 0.1,
  needed: 310,
  baselineNeeded: 300,
  reference: 'all',
  rare: null,
};

describe('the reason of a verdict', () => {
  it('says how many events tell where the window had as many', () => {
    expect(reasonFor(facts)).toBe('PSI 0.41 on 4,213 events (needs 310 to tell)');
    expect(reasonFor({ ...facts, m: 310 })).toBe('PSI 0.41 on 310 events (needs 310 to tell)');
  });

  it('leaves it out where a large change told on fewer, or nobody knows', () => {
    expect(reasonFor({ ...facts, m: 309, psi: 2.5 })).toBe('PSI 2.50 on 309 events');
    expect(reasonFor({ ...facts, needed: null, verdict: 'moderate' })).toBe('PSI 0.41 on 4,213 events');
  });

  it('keeps what a rare bin did, with or without the number', () => {
    const rare = { label: 'above 7', before: 0, after: 0.1 };
    expect(reasonFor({ ...facts, rare })).toBe(
      'PSI 0.41 on 4,213 events (needs 310 to tell); above 7 0 % → 10 %',
    );
    expect(reasonFor({ ...facts, m: 42, rare })).toBe('PSI 0.41 on 42 events; above 7 0 % → 10 %');
  });

  it('says when the baseline’s same hours of the week were the reference', () => {
    const reference = 'hour_of_week' as const;
    expect(reasonFor({ ...facts, reference })).toBe(
      'PSI 0.41 on 4,213 events against the same hours of the week (needs 310 to tell)',
    );
    expect(reasonFor({ ...facts, reference, psi: 0.02, verdict: 'stable' })).toBe(
      'PSI 0.02 on 4,213 events against the same hours of the week, below 0.1',
    );
    expect(reasonFor({ ...facts, reference, verdict: 'insufficient_data', m: 42 })).toBe(
      'not enough events to judge: 42 of 310, against the same hours of the week',
    );
    expect(reasonFor({ ...facts, reference, verdict: 'insufficient_data', n: 40, needed: null })).toBe(
      "of the baseline's rows, those of these hours of the week are too few to judge by: 40 rows, about 300 needed",
    );
  });

  it('of too small a window says what is missing', () => {
    expect(reasonFor({ ...facts, verdict: 'insufficient_data', m: 42 })).toBe(
      'not enough events to judge: 42 of 310',
    );
  });
});
