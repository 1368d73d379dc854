import { describe, expect, it } from 'vitest';
import {
  type DetectorSet,
  detectorPeriod,
  detectorThreshold,
  feed,
  freshDetectors,
  notesOf,
  parseDetectors,
} from './detectors.js';
import { testBaseline, testSettings } from './testing.js';

const baseline = testBaseline();
const settings = testSettings();
const period = settings.window_ms;
const SLIGHT = [0, 0, 60, 60, 70, 90, 100, 100, 110, 130, 140, 140, 0];

function fed(
  windows: number,
  counts: readonly number[],
  set: DetectorSet = freshDetectors(baseline, settings, 0),
  now = settings,
) {
  let next = set;
  for (let i = 0; i < windows; i++) {
    const start = set.fedTo + i * period;
    next = feed(next, baseline, now, { start, end: start + period }, new Map([['x', counts]]));
  }
  return next;
}

describe('the detectors of a model', () => {
  it('call a small steady drift, and date its onset', () => {
    const quiet = fed(
      20,
      SLIGHT.map(() => 77),
    );
    const set = fed(20, SLIGHT);
    expect(notesOf(set).get('x')).toMatchObject({ drifting: true, onset: new Date(0).toISOString() });
    expect(quiet.fedTo).toBe(20 * period);
  });

  it('go on where they stood after being written and read', () => {
    const whole = fed(12, SLIGHT);
    const half = parseDetectors(JSON.stringify(fed(6, SLIGHT)), baseline, settings)!;
    expect(fed(6, SLIGHT, half)).toEqual(whole);
  });

  it('go by a new budget from the next window on, and begin anew with other bins', () => {
    const set = fed(2, SLIGHT);
    const generous = fed(1, SLIGHT, set, testSettings({ false_alerts_per_day: 50 }));
    expect(generous.states.x!.options.threshold).toBeLessThan(set.states.x!.options.threshold);
    expect(generous.states.x!.starts).toHaveLength(3);
    const coarser = fed(1, SLIGHT, set, testSettings({ bins: 4 }));
    expect(coarser.states.x!.options.bins).toBe(4);
    expect(coarser.states.x!.starts).toHaveLength(1);
  });

  it('take each window once', () => {
    const set = fed(3, SLIGHT);
    const again = feed(set, baseline, settings, { start: 0, end: period }, new Map([['x', SLIGHT]]));
    expect(again).toBe(set);
  });

  it.each([
    undefined,
    '',
    '{',
    '{"baseline":"other"}',
    JSON.stringify({ ...freshDetectors(testBaseline('b2'), settings, 0) }),
    JSON.stringify({ ...freshDetectors(baseline, testSettings({ window_ms: 60_000, step_ms: 60_000 }), 0) }),
  ])('begin anew when what is stored does not fit: %s', (text) => {
    expect(parseDetectors(text, baseline, settings)).toBeNull();
  });

  it('are fed whole days where the baseline has a weekly rhythm', () => {
    const seasonal = testBaseline();
    seasonal.signals[0] = {
      ...seasonal.signals[0]!,
      seasonal: [{ hour: 0, counts: seasonal.signals[0]!.counts }],
    };
    expect(detectorPeriod(seasonal, settings)).toBe(86_400_000);
    expect(detectorPeriod(seasonal, testSettings({ seasonal: false }))).toBe(period);
    expect(detectorPeriod(baseline, settings)).toBe(period);
  });

  it('need more evidence with more signals, shorter windows and a smaller budget', () => {
    const hour = 3_600_000;
    const usual = detectorThreshold(50, hour, settings);
    expect(usual).toBeGreaterThan(8);
    expect(usual).toBeLessThan(12);
    expect(detectorThreshold(500, hour, settings)).toBeGreaterThan(usual);
    expect(detectorThreshold(50, 60_000, settings)).toBeGreaterThan(usual);
    expect(detectorThreshold(50, hour, testSettings({ false_alerts_per_day: 1 }))).toBeLessThan(usual);
  });
});
