import type { Baseline, ModelSettings } from '@leeway/contract';
import type { DetectorSet, SequentialNote } from './detectors.js';
import { addRange, type LateRanges } from './late-ranges.js';
import { endsTouched, type Timing } from './schedule.js';

/** Detector states that were reached after each fed window, oldest first, to date the verdicts of history. */
export interface Snapshot {
  end: number;
  notes: ReadonlyMap<string, SequentialNote>;
}

/** What the evaluator remembers of one model between runs. */
export interface ModelState {
  model: string;
  baseline: Baseline;
  settings: ModelSettings;
  timing: Timing;
  /** End of the newest window judged, null before the first. */
  lastEnd: number | null;
  /** End of the newest window while its counts are read and judged; null at other times. */
  judgingEnd: number | null;
  /** First event known, epoch ms; null until one came. */
  firstEvent: number | null;
  /** Ends of windows to judge (again), as half-open ranges. */
  pending: LateRanges;
  /** When the oldest and the newest pending arrival came, epoch ms; null when none waits. */
  arrivals: { first: number; last: number } | null;
  detectors: Map<string, DetectorSet>;
  snapshots: Map<string, Snapshot[]>;
  /** True when events came for windows that the detectors were fed with already. */
  detectorsStale: boolean;
  rebuiltAt: number;
  /** JSON of `pending` as it stands in the store. */
  savedPending: string;
}

/** Windows of history of which detector snapshots are kept while their verdicts are written. */
const MOST_SNAPSHOTS = 5_000;

/** Notes that events of `[from, to)` were stored at `now`. */
export function noteArrival(state: ModelState, from: number, to: number, now: number): void {
  if (state.firstEvent === null || from < state.firstEvent) state.firstEvent = from;
  // What is judged at this moment may have been read before these events came.
  const end = state.judgingEnd ?? state.lastEnd;
  if (end !== null) {
    const touched = endsTouched({ from, to: Math.min(to, now) }, state.timing, end);
    if (touched) {
      state.pending = addRange(state.pending, { from: touched.from, to: touched.to + 1 });
      state.arrivals = { first: state.arrivals?.first ?? now, last: now };
    }
  }
  for (const set of state.detectors.values()) if (from < set.fedTo) state.detectorsStale = true;
}

/** True when late arrivals have gone quiet, or have waited long enough to be judged all the same. */
export function arrivalsSettled(
  state: ModelState,
  now: number,
  wait: { quietMs: number; longestMs: number },
): boolean {
  const { arrivals } = state;
  return arrivals === null || now - arrivals.last >= wait.quietMs || now - arrivals.first >= wait.longestMs;
}

export function addSnapshot(state: ModelState, version: string, snapshot: Snapshot): void {
  const list = state.snapshots.get(version) ?? [];
  list.push(snapshot);
  if (list.length > MOST_SNAPSHOTS) list.shift();
  state.snapshots.set(version, list);
}

/** The newest snapshot at or before `end`. O(log n). */
export function snapshotAt(snapshots: readonly Snapshot[], end: number): Snapshot | null {
  let low = 0;
  let high = snapshots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (snapshots[middle]!.end <= end) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : snapshots[low - 1]!;
}
