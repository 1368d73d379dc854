import { benjaminiHochberg } from '../benjamini-hochberg.js';
import { benjaminiYekutieli } from '../benjamini-yekutieli.js';
import { binomialTail } from '../binomial.js';
import { cbpe } from '../cbpe.js';
import { clopperPearsonInterval } from '../clopper-pearson-interval.js';
import { cusum } from '../cusum.js';
import {
  betaCdf,
  chiSquareTail,
  chiSquareUpperQuantile,
  kolmogorovTail,
  noncentralChiSquareTail,
  normalTail,
} from '../distributions.js';
import { alternativeConcentration, logEValue } from '../e-process.js';
import { ewma } from '../ewma.js';
import { holm } from '../holm.js';
import { numericEdges } from '../numeric-edges.js';
import { pageHinkley } from '../page-hinkley.js';
import { effectiveRows, psiNullMean } from '../psi.js';
import { minimumWindow, psiCritical, psiExceedance, psiNullStd, relevanceCritical } from '../psi-null.js';
import { quantileRanks } from '../quantile-interval.js';
import { quantiles } from '../quantiles.js';
import { cleanSample, mean, populationStd } from '../sample.js';
import { wilsonInterval } from '../wilson-interval.js';
import { numberOf, numbersOf, sampleOf } from './inputs.js';
import { categorical, twoSample } from './two-sample.js';

type Input = Record<string, unknown>;
export type Answer = Record<string, unknown>;

/** The package's answer to each kind of case; `expect` is given for the keys it names, not for its values. */
export const answerers: ReadonlyMap<string, (input: Input, expect: Input) => Answer> = new Map<
  string,
  (input: Input, expect: Input) => Answer
>([
  ['two_sample', twoSample],
  ['categorical', categorical],
  ['quantile', quantileCase],
  [
    'edges',
    (input) => ({
      edges: numericEdges(cleanSample(sampleOf(input, 'data')).sorted, numberOf(input, 'bins')),
    }),
  ],
  ['chi2_sf', pointwise((x, dof) => chiSquareTail(x!, dof!))],
  ['chi2_isf', pointwise((p, dof) => chiSquareUpperQuantile(p!, dof!))],
  ['ncx2_sf', pointwise((x, dof, lambda) => noncentralChiSquareTail(x!, dof!, lambda!))],
  ['kolmogorov_sf', pointwise((lambda) => kolmogorovTail(lambda!))],
  ['norm_sf', pointwise((z) => normalTail(z!))],
  ['betainc', pointwise((a, b, x) => betaCdf(x!, a!, b!))],
  ['psi_null', psiNull],
  ['min_window', minWindow],
  ['multiple_testing', multipleTesting],
  ['eprocess', eProcess],
  [
    'cusum',
    (input) =>
      chart(
        cusum(numbersOf(input, 'x'), { ...moments(input), k: numberOf(input, 'k'), h: numberOf(input, 'h') }),
      ),
  ],
  [
    'ewma',
    (input) =>
      chart(
        ewma(numbersOf(input, 'x'), {
          ...moments(input),
          lambda: numberOf(input, 'lambda'),
          limit: numberOf(input, 'L'),
        }),
      ),
  ],
  [
    'page_hinkley',
    (input) =>
      chart(
        pageHinkley(numbersOf(input, 'x'), {
          delta: numberOf(input, 'delta'),
          threshold: numberOf(input, 'threshold'),
        }),
      ),
  ],
  ['cbpe', (input) => ({ ...cbpe(numbersOf(input, 'p'), numberOf(input, 'threshold')) })],
  ['proportion', proportion],
  [
    'quantile_ci',
    (input) => ({ ...quantileRanks(numberOf(input, 'n'), numberOf(input, 'q'), numberOf(input, 'alpha')) }),
  ],
]);

function pointwise(f: (...args: number[]) => number): (input: Input) => Answer {
  return (input) => {
    if (!Array.isArray(input.args)) throw new Error('input.args is a list');
    return { values: input.args.map((args) => f(...(args as number[]))) };
  };
}

function chart(trace: { trace: number[]; alarms: number[] }): Answer {
  return { trace: trace.trace, alarms: trace.alarms };
}

function moments(input: Input): { mean: number; std: number } {
  return { mean: numberOf(input, 'mu'), std: numberOf(input, 'sd') };
}

function quantileCase(input: Input): Answer {
  const data = sampleOf(input, 'data');
  const probs = numbersOf(input, 'probs');
  const { sorted } = cleanSample(data);
  return {
    type7: quantiles(data, probs, 7),
    type6: quantiles(data, probs, 6),
    type1: quantiles(data, probs, 1),
    mean: mean(sorted),
    std_pop: populationStd(sorted),
    min: sorted[0] ?? null,
    max: sorted[sorted.length - 1] ?? null,
  };
}

function psiNull(input: Input, expect: Input): Answer {
  const n = numberOf(input, 'n_ref');
  const m = numberOf(input, 'n_cur');
  const bins = numberOf(input, 'bins');
  const answer: Answer = {
    n_eff: effectiveRows(n, m),
    mean: psiNullMean(bins, n, m),
    sd: psiNullStd(bins, n, m),
  };
  for (const key of Object.keys(expect)) {
    const above = /^p_psi_gt_(.+)$/.exec(key);
    const relevance = /^relevance_crit_delta([\d.e-]+)_alpha([\d.e-]+)$/.exec(key);
    if (above !== null) answer[key] = psiExceedance(Number(above[1]), bins, n, m);
    else if (relevance !== null)
      answer[key] = relevanceCritical(Number(relevance[1]), Number(relevance[2]), bins, n, m);
    else if (key === 'crit') {
      const levels = Object.keys(expect.crit as Record<string, unknown>);
      answer.crit = Object.fromEntries(
        levels.map((alpha) => [alpha, psiCritical(Number(alpha), bins, n, m)]),
      );
    }
  }
  return answer;
}

function minWindow(input: Input): Answer {
  const { n_ref, bins, threshold, alpha } = {
    n_ref: numberOf(input, 'n_ref'),
    bins: numberOf(input, 'bins'),
    threshold: numberOf(input, 'threshold'),
    alpha: numberOf(input, 'alpha'),
  };
  return { n_min: minimumWindow(n_ref, bins, threshold, alpha) };
}

function multipleTesting(input: Input): Answer {
  const p = numbersOf(input, 'p');
  const q = numberOf(input, 'q');
  const methods = { bh: benjaminiHochberg, by: benjaminiYekutieli, holm };
  const method = input.method;
  if (method !== 'bh' && method !== 'by' && method !== 'holm')
    throw new Error(`unknown method ${String(method)}`);
  const adjusted = methods[method](p);
  return { adjusted, reject: adjusted.map((value) => value <= q) };
}

function eProcess(input: Input): Answer {
  const ref = numbersOf(input, 'ref_counts');
  const delta = numberOf(input, 'delta');
  const windows = input.windows as number[][];
  const sum = ref.map(() => 0);
  const log_e = windows.map((window) => {
    window.forEach((count, i) => {
      sum[i]! += count;
    });
    return logEValue(ref, sum, delta);
  });
  return { kappa: alternativeConcentration(ref.length, delta), log_e };
}

function proportion(input: Input): Answer {
  const k = numberOf(input, 'k');
  const n = numberOf(input, 'n');
  return {
    rate: n > 0 ? k / n : null,
    p_binom_ge: binomialTail(k, n, numberOf(input, 'p0')),
    wilson95: wilsonInterval(k, n),
    clopper95: clopperPearsonInterval(k, n),
  };
}
