import { andersonDarling } from '../anderson-darling.js';
import { chiSquareTest } from '../chi-square-test.js';
import { cramerVonMises } from '../cramer-von-mises.js';
import { gTest } from '../g-test.js';
import { hellinger } from '../hellinger.js';
import { jsDistance, jsDistanceBase2, jsDivergence, jsDivergenceBase2 } from '../jensen-shannon.js';
import { ksAsymptoticP, ksExactP, ksFiniteP, ksOfSorted, ksStephensP } from '../kolmogorov-smirnov.js';
import { ksBracket } from '../kolmogorov-smirnov-binned.js';
import { largestDifference } from '../l-infinity.js';
import {
  effectiveRows,
  occupiedBins,
  psi,
  psiDebiased,
  psiFloorEpsilon,
  psiLaplace,
  psiNullMean,
  psiZeroEpsilon,
} from '../psi.js';
import { psiCritical, relevanceP } from '../psi-null.js';
import { cleanSample, populationStd } from '../sample.js';
import { totalVariation } from '../total-variation.js';
import { wasserstein, wassersteinNormalised } from '../wasserstein.js';
import type { Answer } from './answerers.js';
import { countInto, numbersOf, sampleOf } from './inputs.js';

type Input = Record<string, unknown>;

/** Everything the package says of two samples and their histograms over given edges. */
export function twoSample(input: Input, expect: Input): Answer {
  const ref = sampleOf(input, 'ref');
  const cur = sampleOf(input, 'cur');
  const answer: Answer = {};
  if ('edges' in input) {
    const edges = numbersOf(input, 'edges');
    const a = countInto(ref, edges);
    const b = countInto(cur, edges);
    Object.assign(answer, {
      ref_counts: a.counts,
      cur_counts: b.counts,
      ref_missing: a.missing,
      cur_missing: b.missing,
      ...histogramAnswers(a.counts, b.counts, true),
      with_missing_bin: histogramAnswers([...a.counts, a.missing], [...b.counts, b.missing], true),
    });
  }
  Object.assign(answer, sampleAnswers(ref, cur, expect));
  return answer;
}

function sampleAnswers(
  ref: (number | null)[] | Float64Array,
  cur: (number | null)[] | Float64Array,
  expect: Input,
): Answer {
  const x = cleanSample(ref).sorted;
  const y = cleanSample(cur).sorted;
  const n = x.length;
  const m = y.length;
  if (n === 0 || m === 0) return { n_ref: n, n_cur: m, insufficient: true };
  const d = ksOfSorted(x, y);
  const answer: Answer = {
    n_ref: n,
    n_cur: m,
    insufficient: false,
    ks_stat: d,
    ks_p_asymp: ksFiniteP(d, n, m),
    ks_p_kolmogorov: ksAsymptoticP(d, n, m),
    ks_p_stephens: ksStephensP(d, n, m),
    wasserstein: wasserstein(ref, cur),
    ref_std_pop: populationStd(x),
    wasserstein_norm: wassersteinNormalised(ref, cur),
  };
  // The slow ones are worked out only where a case asks for them.
  if ('ks_p_exact' in expect) answer.ks_p_exact = ksExactP(ref, cur, { ties: false });
  if ('ks_p_exact_ties' in expect) answer.ks_p_exact_ties = ksExactP(ref, cur);
  if ('anderson_ksamp_stat' in expect) answer.anderson_ksamp_stat = andersonDarling([ref, cur]);
  if ('cvm_stat' in expect || 'cvm_p_asymp' in expect || 'cvm_p_exact' in expect) {
    const test = cramerVonMises(ref, cur);
    answer.cvm_stat = test?.statistic ?? null;
    answer.cvm_p_asymp = test?.pAsymptotic ?? null;
    answer.cvm_p_exact = test?.pExact ?? null;
  }
  return answer;
}

/** Histogram metrics of two categorical signals, categories in code-point order. */
export function categorical(input: Input): Answer {
  const ref = input.ref_counts as Record<string, number>;
  const cur = input.cur_counts as Record<string, number>;
  const keys = [...new Set([...Object.keys(ref), ...Object.keys(cur)])].sort(byCodePoint);
  const counts = (of: Record<string, number>) => keys.map((key) => (Object.hasOwn(of, key) ? of[key]! : 0));
  return {
    keys,
    ref_counts: counts(ref),
    cur_counts: counts(cur),
    ...histogramAnswers(counts(ref), counts(cur), false),
  };
}

function byCodePoint(a: string, b: string): number {
  const x = Array.from(a, (c) => c.codePointAt(0)!);
  const y = Array.from(b, (c) => c.codePointAt(0)!);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

function histogramAnswers(r: number[], c: number[], ordered: boolean): Answer {
  const n = r.reduce((a, b) => a + b, 0);
  const m = c.reduce((a, b) => a + b, 0);
  const chi2 = chiSquareTest(r, c);
  const g = gTest(r, c);
  const answer: Answer = {
    psi_raw: psi(r, c),
    psi_zero_eps: psiZeroEpsilon(r, c),
    psi_floor_eps: psiFloorEpsilon(r, c),
    'psi_laplace_0.5': psiLaplace(r, c, 0.5),
    psi_laplace_1: psiLaplace(r, c, 1),
    js_div_nat: jsDivergence(r, c),
    js_div_base2: jsDivergenceBase2(r, c),
    js_dist_nat: jsDistance(r, c),
    js_dist_base2: jsDistanceBase2(r, c),
    hellinger: hellinger(r, c),
    tvd: totalVariation(r, c),
    linf: largestDifference(r, c),
    chi2: chi2?.statistic ?? null,
    chi2_dof: chi2?.dof ?? null,
    chi2_p: chi2?.p ?? null,
    g_stat: g?.statistic ?? null,
    g_p: g?.p ?? null,
    psi_debiased: psiDebiased(r, c),
  };
  if (chi2 !== null) {
    const bins = occupiedBins(r, c);
    answer.n_eff = effectiveRows(n, m);
    answer.psi_null_mean = psiNullMean(bins, n, m);
    answer['psi_crit_0.05'] = bins < 2 ? 0 : psiCritical(0.05, bins, n, m);
    answer['psi_crit_0.001'] = bins < 2 ? 0 : psiCritical(0.001, bins, n, m);
    answer['relevance_p_delta0.1'] = relevanceP(chi2.statistic, chi2.dof, 0.1, n, m);
  }
  if (ordered) {
    const bracket = ksBracket(r, c);
    answer.ks_binned_lower = bracket?.low ?? null;
    answer.ks_binned_upper = bracket?.high ?? null;
  }
  return answer;
}
