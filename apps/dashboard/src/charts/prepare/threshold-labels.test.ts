import { describe, expect, it } from 'vitest';
import { placeLabels } from './threshold-labels';

const area = { left: 40, right: 400, top: 20, bottom: 160 };

describe('names of thresholds', () => {
  it('stand above their line at the right end where there is room', () => {
    expect(placeLabels([{ y: 90, text: 'P95 × 1.5' }], area)).toEqual([{ end: 'end', above: true }]);
  });

  it('give way below, then to the left, and are left out before they lie on one another', () => {
    const crowd = [90, 91, 92, 93, 94].map((y) => ({ y, text: 'baseline P95 38 ms' }));
    expect(placeLabels(crowd, area)).toEqual([
      { end: 'end', above: true },
      { end: 'end', above: false },
      { end: 'start', above: true },
      { end: 'start', above: false },
      null,
    ]);
  });

  it('of two lines close together name the upper one above and the lower one below', () => {
    expect(
      placeLabels(
        [
          { y: 92, text: 'P95 15.4 ms' },
          { y: 89, text: 'P99 15.9 ms' },
        ],
        area,
      ),
    ).toEqual([
      { end: 'end', above: false },
      { end: 'end', above: true },
    ]);
  });

  it('stay inside of the drawing', () => {
    expect(placeLabels([{ y: 22, text: 'top' }], area)).toEqual([{ end: 'end', above: false }]);
    expect(placeLabels([{ y: 158, text: 'bottom' }], area)).toEqual([{ end: 'end', above: true }]);
  });

  it('do not disturb each other where they are far apart', () => {
    const apart = [40, 90, 140].map((y) => ({ y, text: 'a limit' }));
    expect(new Set(placeLabels(apart, area).map((place) => place?.end))).toEqual(new Set(['end']));
  });
});
