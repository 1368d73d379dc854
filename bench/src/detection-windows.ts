import { DEFAULT_JUDGE_SETTINGS, judgeSignals } from '@leeway/stats';
import { type Feature, mixedFeatures, normalFeature } from './detection-features.js';
import { random } from './detection-random.js';
import { naiveVerdicts } from './detection-rivals.js';

const FEATURES = 50;
const WINDOWS_PER_DAY = 24;
/** Days simulated on one training set before another is drawn: the baseline's own luck has to average out too. */
const DAYS_PER_BASELINE = 5;

export interface FalseAlerts {
  leeway: number;
  psi_0_1: number;
  psi_0_2: number;
  js_0_1: number;
  ks_0_05: number;
}

/** Alerts a day of each method when nothing drifts, all on the same draws. */
export function falseAlertsPerDay(rows: number, days: number, seed: number): FalseAlerts {
  const rng = random(seed);
  const sums: FalseAlerts = { leeway: 0, psi_0_1: 0, psi_0_2: 0, js_0_1: 0, ks_0_05: 0 };
  let features: Feature[] = [];
  for (let day = 0; day < days; day++) {
    if (day % DAYS_PER_BASELINE === 0) features = Array.from({ length: FEATURES }, () => normalFeature(rng));
    for (let window = 0; window < WINDOWS_PER_DAY; window++) {
      const drawn = features.map((feature) => feature.draw(rows, 0));
      sums.leeway += alerts(
        features,
        drawn.map((d) => d.counts),
      ).length;
      features.forEach((feature, i) => {
        const naive = naiveVerdicts(feature, drawn[i]!.counts, drawn[i]!.values!);
        for (const key of ['psi_0_1', 'psi_0_2', 'js_0_1', 'ks_0_05'] as const) if (naive[key]) sums[key]++;
      });
    }
  }
  for (const key of Object.keys(sums) as (keyof FalseAlerts)[]) sums[key] /= days;
  return sums;
}

/** Leeway's false alerts a day over features of every kind: ties, heavy tails, rare categories, rare nulls. */
export function mixedFalseAlertsPerDay(rows: number, days: number, seed: number): number {
  const rng = random(seed);
  let sum = 0;
  let features: Feature[] = [];
  for (let day = 0; day < days; day++) {
    if (day % DAYS_PER_BASELINE === 0) features = mixedFeatures(rng);
    for (let window = 0; window < WINDOWS_PER_DAY; window++) {
      sum += alerts(
        features,
        features.map((feature) => feature.draw(rows, 0).counts),
      ).length;
    }
  }
  return sum / days;
}

/** Share of windows in which one drifted feature among 49 quiet ones is called moderate or significant. */
export function power(
  rows: number,
  drift: { shift: number; stretch: number },
  trials: number,
  seed: number,
): number {
  const rng = random(seed);
  let seen = 0;
  let features: Feature[] = [];
  for (let trial = 0; trial < trials; trial++) {
    if (trial % 25 === 0) features = Array.from({ length: FEATURES }, () => normalFeature(rng));
    const counts = features.map(
      (feature, i) => feature.draw(rows, i === 0 ? drift.shift : 0, i === 0 ? drift.stretch : 1).counts,
    );
    if (alerts(features, counts).includes('0')) seen++;
  }
  return seen / trials;
}

function alerts(features: readonly Feature[], counts: readonly number[][]): string[] {
  return judgeSignals(
    features.map((feature, i) => ({
      signal: String(i),
      spec: feature.spec,
      baseline: feature.baseline,
      current: counts[i]!,
    })),
    DEFAULT_JUDGE_SETTINGS,
  )
    .filter((judged) => judged.verdict === 'moderate' || judged.verdict === 'significant')
    .map((judged) => judged.signal);
}
