import { type BinSpec, total } from './bins.js';
import { type CoarseBin, checkLayout, coarseBins, groupCounts } from './coarsen.js';
import { alternativeConcentration, eValueAgainst } from './e-process.js';
import { checkCounts, checkFinite, checkPhi, checkWhole, StatsInputError } from './errors.js';
import { effectiveRows, psiDebiased } from './psi.js';

/**
 * The sequential detector: sees small or slow drifts that no single window shows, by adding evidence up over
 * windows. One state per signal; plain JSON, so it survives a restart; the same windows always give the same
 * state.
 *
 * **Feed it windows that don't overlap**, each once and in order: it multiplies evidence, and a row counted twice
 * would count as two.
 *
 * How: an e-value (e-process.ts) is kept from each of a few possible onsets, dense in the near past and sparse in
 * the far one, and their sum (the Shiryaev–Roberts statistic) is the evidence. Without drift the chance that a
 * signal raises an alarm within t windows is at most t/exp(threshold). An alarm also needs an effect worth a
 * person's time (de-biased PSI since the onset); it ends when enough fresh rows look like the baseline again.
 */
export interface SequentialState {
  v: 1;
  options: SequentialOptions;
  /** Coarse bin of every position of the dense layout. */
  map: number[];
  /** Baseline rows of every coarse bin, divided by φ, plus half a row. */
  ref: number[];
  /** Possible onsets: when, how many windows ago, and the rows since. */
  starts: { since: string | null; age: number; counts: number[] }[];
  /** ln of the Shiryaev–Roberts sum; null before the first window. */
  log_evidence: number | null;
  drifting: boolean;
  /** Start of the drift as the evidence dates it; null while not drifting. */
  onset: string | null;
  /** End of the last window taken. */
  last: string | null;
  /** Rows since the alarm (or the last look at recovery), while drifting. */
  fresh: number[] | null;
}

export interface SequentialOptions {
  /** Regular coarse bins. */
  bins: number;
  /** PSI the detector is tuned to. */
  delta: number;
  /** ln evidence at which a signal is drifting. */
  threshold: number;
  /** Least de-biased PSI since the onset that is called a drift. */
  effect: number;
  /** Overdispersion of the rows. */
  phi: number;
}

/**
 * Evidence of e^10. By the bound above that would allow 1.6 false alarms in a month of hourly windows over 50
 * signals; the bound is generous, and simulation finds a tenth of it (docs/statistics.md).
 */
export const DEFAULT_SEQUENTIAL_OPTIONS: SequentialOptions = {
  bins: 10,
  delta: 0.1,
  threshold: 10,
  effect: 0.05,
  phi: 1,
};

/** Windows after which a possible onset is forgotten (a month of hours). */
const OLDEST = 720;

/** A fresh state. @throws StatsInputError when the counts don't fit the bins or an option makes no sense */
export function sequentialStart(
  spec: BinSpec,
  baselineCounts: readonly number[],
  options: Partial<SequentialOptions> = {},
): SequentialState {
  const all = { ...DEFAULT_SEQUENTIAL_OPTIONS, ...options };
  checkLayout(spec, 'baseline', baselineCounts);
  checkCounts('baseline', baselineCounts);
  checkWhole('bins', all.bins, 2);
  checkPhi(all.phi);
  if (!(all.delta > 0 && all.delta <= 0.5))
    throw new StatsInputError('delta', `is above 0 and at most 0.5, got ${all.delta}`);
  checkFinite('threshold', all.threshold);
  if (!(all.effect > 0 && all.effect < Infinity))
    throw new StatsInputError('effect', `is a finite number above 0, got ${all.effect}`);
  const groups = withTailWhole(coarseBins(spec, baselineCounts, all.bins), baselineCounts);
  const map = new Array<number>(baselineCounts.length).fill(0);
  groups.forEach((group, i) => {
    for (const position of group.from) map[position] = i;
  });
  return {
    v: 1,
    options: all,
    map,
    ref: groupCounts(groups, baselineCounts).map((count) => count / all.phi + 0.5),
    starts: [],
    log_evidence: null,
    drifting: false,
    onset: null,
    last: null,
    fresh: null,
  };
}

/** A tail of names brings new names all the time: where there is one, it and unseen names are one bin. */
function withTailWhole(groups: readonly CoarseBin[], baselineCounts: readonly number[]): CoarseBin[] {
  const other = groups.find((group) => group.role === 'other');
  const unseen = groups.find((group) => group.role === 'unseen');
  if (other === undefined || unseen === undefined) return [...groups];
  if (groupCounts([other], baselineCounts)[0] === 0) return [...groups];
  const whole: CoarseBin = { role: 'other', from: [...other.from, ...unseen.from] };
  return groups.filter((group) => group !== unseen).map((group) => (group === other ? whole : group));
}

/**
 * The state after one more window. Pure: the state given is left as it was.
 *
 * @param windowCounts counts of the window in the dense layout
 * @param windowEnd end of the window, RFC 3339
 * @param windowStart its start; where left out, the end of the window before
 * @throws StatsInputError for a window that ends no later than the last one taken
 */
export function sequentialStep(
  state: SequentialState,
  windowCounts: readonly number[],
  windowEnd: string,
  windowStart?: string,
): SequentialState {
  checkCounts('window', windowCounts);
  if (windowCounts.length !== state.map.length) {
    throw new StatsInputError(
      'window',
      `has ${windowCounts.length} counts where its bins need ${state.map.length}`,
    );
  }
  if (state.last !== null && !(Date.parse(windowEnd) > Date.parse(state.last))) {
    throw new StatsInputError(
      'windowEnd',
      `${windowEnd} is not after ${state.last}: feed windows once and in order`,
    );
  }
  const counts = coarseWindow(state, windowCounts);
  // An empty window says nothing; it only moves the clock.
  if (total(counts) === 0) return { ...state, last: windowEnd };
  const since = windowStart ?? state.last ?? windowEnd;
  const starts = pruned([
    ...state.starts.map((start) => ({ ...start, age: start.age + 1, counts: added(start.counts, counts) })),
    { since, age: 1, counts },
  ]);
  const weighed = weigh(state, starts);
  const next = { ...state, starts, log_evidence: weighed.logSum, last: windowEnd };
  return state.drifting ? watchRecovery(next, counts) : watchAlarm(next, weighed.best);
}

function coarseWindow(state: SequentialState, windowCounts: readonly number[]): number[] {
  const counts = new Array<number>(state.ref.length).fill(0);
  for (let i = 0; i < windowCounts.length; i++)
    counts[state.map[i]!]! += windowCounts[i]! / state.options.phi;
  return counts;
}

type Start = SequentialState['starts'][number];

function weigh(state: SequentialState, starts: readonly Start[]): { logSum: number; best: Start } {
  const kappa = alternativeConcentration(Math.max(2, state.ref.length), state.options.delta);
  const logE = eValueAgainst(state.ref, kappa);
  let best = starts[0]!;
  let most = -Infinity;
  const logs = starts.map((start) => {
    const log = logE(start.counts);
    if (log > most) {
      most = log;
      best = start;
    }
    return log;
  });
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return { logSum: most + Math.log(sum), best };
}

function watchAlarm(state: SequentialState, best: Start): SequentialState {
  const { threshold, effect } = state.options;
  if (state.log_evidence! < threshold || effectSince(state, best.counts) < effect) return state;
  return { ...state, drifting: true, onset: best.since, fresh: state.ref.map(() => 0) };
}

/** While drifting: judge blocks of fresh rows big enough to tell no drift from the least effect. */
function watchRecovery(state: SequentialState, counts: readonly number[]): SequentialState {
  const fresh = added(state.fresh ?? state.ref.map(() => 0), counts);
  const enough = Math.min(30 / state.options.effect, total(state.ref) / 2);
  if (effectiveRows(total(state.ref), total(fresh)) < enough) return { ...state, fresh };
  if (effectSince(state, fresh) >= state.options.effect / 2)
    return { ...state, fresh: state.ref.map(() => 0) };
  return { ...state, starts: [], log_evidence: null, drifting: false, onset: null, fresh: null };
}

function effectSince(state: SequentialState, counts: readonly number[]): number {
  return psiDebiased(state.ref, counts) ?? 0;
}

/** Keeps at most two possible onsets per doubling of age, all of the last four, none older than a month of hours. */
function pruned(starts: readonly Start[]): Start[] {
  const kept: Start[] = [];
  const perOctave = new Map<number, number>();
  for (const start of starts) {
    if (start.age > OLDEST) continue;
    const octave = Math.floor(Math.log2(start.age));
    const there = perOctave.get(octave) ?? 0;
    // Starts come oldest first: the oldest of an octave must stay, or nothing would ever grow old.
    if (octave >= 2 && there >= 2) continue;
    perOctave.set(octave, there + 1);
    kept.push(start);
  }
  return kept;
}

function added(a: readonly number[], b: readonly number[]): number[] {
  return a.map((count, i) => count + b[i]!);
}
