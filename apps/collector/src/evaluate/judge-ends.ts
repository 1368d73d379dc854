import type { Verdict } from '@leeway/contract';
import type { Breath } from './breath.js';
import { notesOf, type SequentialNote } from './detectors.js';
import { bucketsAtOnce } from './feed-detectors.js';
import { judgeWindow } from './judge-window.js';
import { type ModelState, snapshotAt } from './model-state.js';
import type { EvaluationStore, SignalCounts } from './ports.js';
import { bucketOf, isHistorical, type Window } from './schedule.js';
import { SlidingSum } from './sliding.js';

/** Versions and segments judged of one model; the busiest are kept. */
export const MOST_SLICES = 200;
/** Verdicts collected before they are written: encoding them is one stretch of work. */
const BATCH = 1_000;
const NO_NOTES: ReadonlyMap<string, SequentialNote> = new Map();

export interface JudgeOptions {
  now: number;
  slackMs: number;
  breath: Breath;
  /** Takes finished verdicts: writes them and tells who listens. */
  emit(verdicts: Verdict[]): Promise<void>;
}

interface Slice {
  version: string;
  segment: string;
}

function busiest<T extends Slice & { events: number }>(found: readonly T[]): readonly T[] {
  if (found.length <= MOST_SLICES) return found;
  return [...found].sort((a, b) => b.events - a.events).slice(0, MOST_SLICES);
}

function windowAt(state: ModelState, end: number, options: Omit<JudgeOptions, 'emit'>): Window {
  return {
    start: end - state.timing.windowMs,
    end,
    // A newer window was judged already: this one is told of the past, however near it is.
    historical: end < (state.lastEnd ?? end) || isHistorical(end, options.now, state.timing, options.slackMs),
  };
}

function notesFor(state: ModelState, slice: Slice, end: number): ReadonlyMap<string, SequentialNote> {
  if (slice.segment !== '') return NO_NOTES;
  const set = state.detectors.get(slice.version);
  if (set && set.fedTo <= end) return notesOf(set);
  return snapshotAt(state.snapshots.get(slice.version) ?? [], end)?.notes ?? NO_NOTES;
}

export interface NewestOptions extends Omit<JudgeOptions, 'emit'> {
  /** Takes a model that could not be judged; the others are. */
  failed(state: ModelState, error: unknown): void;
}

/**
 * Judges the window that ends at `end` for many models with the same timing: two questions to the store and one
 * write for all of them. Each in all versions and segments that had events in the window or in the one before: who
 * fell silent gets one round of `no_data`. Gives the verdicts by model, without those that failed; nothing is written
 * here.
 */
export async function judgeNewest(
  states: readonly ModelState[],
  store: EvaluationStore,
  end: number,
  options: NewestOptions,
): Promise<Map<ModelState, Verdict[]>> {
  const { windowMs } = states[0]!.timing;
  const start = end - windowMs;
  const names = states.map(({ model }) => model);
  const slices = groupBy(await store.fleetSlices(names, start - windowMs, end), ({ model }) => model);
  const counts = groupBy(await store.fleetHistograms(states, start, end), ({ model }) => model);
  const judged = new Map<ModelState, Verdict[]>();
  for (const state of states) {
    const own = busiest(slices.get(state.model) ?? []);
    const found = counts.get(state.model) ?? [];
    const window = windowAt(state, end, options);
    try {
      const verdicts = own.flatMap((slice) => {
        const match = found.find((one) => one.version === slice.version && one.segment === slice.segment);
        return judge(state, slice, window, match?.counts ?? new Map(), own.length, options);
      });
      judged.set(state, verdicts);
    } catch (error) {
      options.failed(state, error);
    }
    await options.breath.take();
  }
  return judged;
}

function groupBy<T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return groups;
}

/**
 * Judges every window that ends on the step grid from `from` to `to` (both included), oldest first, from histograms
 * by bucket: a history costs one question per slice and chunk. Windows without events are left out. Gives the end
 * up to which it came before its time was spent.
 */
export async function judgeHistory(
  state: ModelState,
  store: EvaluationStore,
  from: number,
  to: number,
  options: JudgeOptions,
): Promise<number> {
  const { windowMs, stepMs } = state.timing;
  const bucket = bucketOf(state.timing);
  const atOnce = Math.max(1, Math.floor((bucketsAtOnce(state) * bucket - windowMs) / stepMs));
  for (let first = from; first <= to; first += atOnce * stepMs) {
    if (first > from && options.breath.spent) return first - stepMs;
    const last = Math.min(to, first + (atOnce - 1) * stepMs);
    const slices = busiest(await store.activeSlices(state.model, first - windowMs, last));
    for (const slice of slices)
      await judgeSlice(state, store, { slice, slices: slices.length, first, last, bucket }, options);
  }
  return to;
}

async function judgeSlice(
  state: ModelState,
  store: EvaluationStore,
  task: { slice: Slice; slices: number; first: number; last: number; bucket: number },
  options: JudgeOptions,
): Promise<void> {
  const { model, baseline, timing } = state;
  const { slice, first, last, bucket } = task;
  const begin = first - timing.windowMs;
  const buckets = await store.histogramBuckets(
    model,
    baseline,
    slice.version,
    slice.segment,
    begin,
    last,
    bucket,
  );
  const sum = new SlidingSum(buckets, bucket, begin);
  let verdicts: Verdict[] = [];
  for (let end = first; end <= last; end += timing.stepMs) {
    const counts = sum.moveTo(end - timing.windowMs, end);
    if (isEmpty(counts)) continue;
    verdicts.push(...judge(state, slice, windowAt(state, end, options), counts, task.slices, options));
    await options.breath.take();
    if (verdicts.length >= BATCH) {
      await options.emit(verdicts);
      verdicts = [];
    }
  }
  if (verdicts.length > 0) await options.emit(verdicts);
}

function isEmpty(counts: SignalCounts): boolean {
  for (const values of counts.values()) for (const count of values) if (count > 0) return false;
  return true;
}

function judge(
  state: ModelState,
  slice: Slice,
  window: Window,
  counts: SignalCounts,
  slices: number,
  options: Omit<JudgeOptions, 'emit'>,
): Verdict[] {
  return judgeWindow({
    model: state.model,
    version: slice.version,
    segment: slice.segment,
    baseline: state.baseline,
    settings: state.settings,
    window,
    counts,
    slices,
    sequential: notesFor(state, slice, window.end),
    now: options.now,
  });
}
