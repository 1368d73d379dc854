import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.js';
import { benjaminiYekutieli } from './benjamini-yekutieli.js';
import { holm } from './holm.js';

const lists = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe('adjusted p-values', () => {
  it.each([
    ['BH', benjaminiHochberg],
    ['BY', benjaminiYekutieli],
    ['Holm', holm],
  ])('of %s never fall below the raw ones, keep their order and stay in 0..1', (_, adjust) => {
    fc.assert(
      fc.property(lists, (p) => {
        const adjusted = adjust(p);
        expect(adjusted).toHaveLength(p.length);
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]! * (1 - 1e-12));
          expect(value).toBeLessThanOrEqual(1);
          for (let j = 0; j < p.length; j++)
            if (p[i]! < p[j]!) expect(value).toBeLessThanOrEqual(adjusted[j]!);
        });
      }),
    );
  });

  it('are the raw one for a single test, and refuse what is no probability', () => {
    expect([benjaminiHochberg([0.03]), benjaminiYekutieli([0.03]), holm([0.03])]).toEqual([
      [0.03],
      [0.03],
      [0.03],
    ]);
    expect(() => holm([0.5, Number.NaN])).toThrow('p[1]: is a probability between 0 and 1, got NaN');
  });
});
