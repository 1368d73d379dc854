import { durationMs, type Verdict } from '@leeway/contract';
import type { Sample } from './series.js';
import type { RuleTest } from './test-file.js';
import { VERDICT_SERIES } from './test-file.js';

type Given = RuleTest['verdicts'][number];

/** The made-up verdicts of one step, whose windows end at `now`. */
export function verdictsAt(test: RuleTest, step: number, now: number): Verdict[] {
  return test.verdicts.flatMap((given) => {
    const samples = VERDICT_SERIES.flatMap((name) => given[name]?.[step] ?? []);
    return samples.length === 0 ? [] : [verdictOf(test, given, step, samples, now)];
  });
}

function verdictOf(
  test: RuleTest,
  given: Given,
  step: number,
  samples: readonly Sample[],
  now: number,
): Verdict {
  // Where any of the series is without rows, or has too few, the window is: they are all about the same events.
  const n = samples.includes('none') ? 0 : samples.includes('few') ? 10 : given.rows;
  const at = (name: (typeof VERDICT_SERIES)[number]) => {
    const sample = given[name]?.[step];
    return typeof sample === 'number' && n === given.rows ? sample : null;
  };
  const share = (name: 'missing' | 'out_of_range' | 'unseen') => (n === 0 ? null : (at(name) ?? 0));
  const psi = at('psi');
  const verdict =
    n === given.rows ? judged(psi, at('ks') ?? at('js')) : n === 0 ? 'no_data' : 'insufficient_data';
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    model: test.model,
    version: given.version,
    segment: given.segment,
    signal: given.signal,
    kind: 'numeric',
    role: 'feature',
    baseline: 'test',
    window_start: iso(now - durationMs(test.window)),
    window_end: iso(now),
    evaluated_at: iso(now),
    historical: false,
    n_baseline: 100_000,
    n_current: n,
    psi,
    psi_debiased: psi,
    js_divergence: null,
    js_distance: at('js'),
    ks_low: at('ks'),
    ks_high: at('ks'),
    chi2: null,
    dof: null,
    p_value: null,
    q_value: null,
    phi: 1,
    reference: 'all',
    missing_baseline: 0,
    missing_current: share('missing'),
    unseen_share: share('unseen'),
    out_of_range_share: share('out_of_range'),
    verdict,
    reason: verdict.replace('_', ' '),
    rows_needed: 310,
    direction: null,
    sequential: null,
  };
}

/** The verdict that a PSI gives; without one, a KS or JS that is given counts as proven. */
function judged(psi: number | null, other: number | null): Verdict['verdict'] {
  if (psi === null) return other === null ? 'stable' : 'significant';
  return psi > 0.2 ? 'significant' : psi > 0.1 ? 'moderate' : 'stable';
}
