import { type SequentialState, sequentialStart, sequentialStep } from '@leeway/stats';
import { type Feature, normalFeature } from './detection-features.js';
import { random } from './detection-random.js';

const FEATURES = 50;
const HOUR = 3_600_000;
const WINDOWS_PER_MONTH = 720;

const at = (window: number) => new Date(window * HOUR).toISOString();

/** Alarms a month over 50 quiet features with hourly windows. */
export function sequentialFalseAlarms(rows: number, months: number, seed: number): number {
  const rng = random(seed);
  let alarms = 0;
  for (let feature = 0; feature < FEATURES * months; feature++) {
    const drawn = normalFeature(rng);
    let state = sequentialStart(drawn.spec, drawn.baseline);
    for (let window = 1; window <= WINDOWS_PER_MONTH; window++) {
      const next = step(drawn, state, rows, 0, window);
      if (next.drifting && !state.drifting) alarms++;
      state = next;
    }
  }
  return alarms / months;
}

/** Median number of windows from the onset of a lasting shift to the alarm, after a quiet day. */
export function sequentialDelay(rows: number, shift: number, trials: number, seed: number): number {
  const rng = random(seed);
  const delays: number[] = [];
  while (delays.length < trials) {
    const drawn = normalFeature(rng);
    let state = sequentialStart(drawn.spec, drawn.baseline);
    let window = 1;
    for (; window <= 24; window++) state = step(drawn, state, rows, 0, window);
    // A false alarm before the shift has no delay to measure; there are hardly any.
    if (state.drifting) continue;
    let delay = 0;
    while (!state.drifting && delay < WINDOWS_PER_MONTH) {
      state = step(drawn, state, rows, shift, window++);
      delay++;
    }
    delays.push(delay);
  }
  delays.sort((a, b) => a - b);
  return delays[Math.floor((delays.length - 1) / 2)]!;
}

function step(
  feature: Feature,
  state: SequentialState,
  rows: number,
  shift: number,
  window: number,
): SequentialState {
  return sequentialStep(state, feature.draw(rows, shift).counts, at(window), at(window - 1));
}
