import type { Breath } from './breath.js';
import {
  DETECTOR_MEMORY,
  type DetectorSet,
  detectorPeriod,
  feed,
  freshDetectors,
  notesOf,
} from './detectors.js';
import { addSnapshot, type ModelState } from './model-state.js';
import type { EvaluationStore } from './ports.js';
import { floorTo } from './schedule.js';

/** Numbers that one answer of bucketed histograms may hold (about 32 MiB), and its rows (some 50 ms of parsing). */
const MOST_NUMBERS = 4_000_000;
const MOST_ROWS = 4_000;
/** A closed window is fed after this part of its length, at most five minutes: events on their way come first. */
const GRACE_PART = 10;
const LONGEST_GRACE_MS = 300_000;
/** Detectors are built anew at most this often, ms. */
const REBUILD_EVERY_MS = 60_000;

/** Most buckets to ask for at once. */
export function bucketsAtOnce(state: ModelState): number {
  const { signals } = state.baseline;
  const numbers = signals.reduce((sum, signal) => sum + signal.counts.length, 1);
  return Math.max(1, Math.floor(Math.min(MOST_NUMBERS / numbers, MOST_ROWS / Math.max(1, signals.length))));
}

export function detectorKey(version: string): string {
  return JSON.stringify(['sequential', version]);
}

/**
 * Feeds the detectors of each version with the windows that closed since the last time, and saves them. After late
 * events they are built anew from the counts as they are now, so that they never depend on the order of arrival.
 */
export async function feedDetectors(
  state: ModelState,
  store: EvaluationStore,
  now: number,
  breath: Breath,
): Promise<void> {
  if (state.firstEvent === null) return;
  const rebuild =
    state.detectorsStale && state.arrivals === null && now - state.rebuiltAt >= REBUILD_EVERY_MS;
  if (rebuild) {
    state.detectors.clear();
    state.snapshots.clear();
    state.detectorsStale = false;
    state.rebuiltAt = now;
  }
  const period = detectorPeriod(state.baseline, state.settings);
  const grace = Math.min(period / GRACE_PART, LONGEST_GRACE_MS);
  const horizon = floorTo(now - grace, period);
  const oldest = Math.max(floorTo(state.firstEvent, period), horizon - DETECTOR_MEMORY * period);
  const fedTo = [...state.detectors.values()].map((set) => set.fedTo);
  const from = fedTo.length === 0 ? oldest : Math.max(oldest, Math.min(...fedTo, horizon));
  if (from >= horizon) return;
  const changed = await feedRange(state, store, { from, to: horizon, period }, breath);
  if (changed.size > 0) await store.saveDetectors(state.model, changed);
}

async function feedRange(
  state: ModelState,
  store: EvaluationStore,
  range: { from: number; to: number; period: number },
  breath: Breath,
): Promise<Map<string, string>> {
  const { model, baseline, settings } = state;
  const changed = new Map<string, string>();
  const slices = await store.activeSlices(model, range.from, range.to);
  const chunk = bucketsAtOnce(state) * range.period;
  for (const { version } of slices.filter((slice) => slice.segment === '')) {
    let set: DetectorSet = state.detectors.get(version) ?? freshDetectors(baseline, settings, range.from);
    for (let from = Math.max(range.from, set.fedTo); from < range.to; from += chunk) {
      const to = Math.min(range.to, from + chunk);
      const buckets = await store.histogramBuckets(model, baseline, version, '', from, to, range.period);
      for (const start of [...buckets.keys()].sort((a, b) => a - b)) {
        const end = start + range.period;
        set = feed(set, baseline, settings, { start, end }, buckets.get(start)!);
        addSnapshot(state, version, { end, notes: notesOf(set) });
        await breath.take();
      }
    }
    set = { ...set, fedTo: range.to };
    state.detectors.set(version, set);
    changed.set(detectorKey(version), JSON.stringify(set));
  }
  return changed;
}
