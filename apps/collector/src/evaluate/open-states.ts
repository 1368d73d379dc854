import type { Baseline, ModelSettings } from '@leeway/contract';
import { parseDetectors } from './detectors.js';
import { detectorKey } from './feed-detectors.js';
import { addRange, parseRanges } from './late-ranges.js';
import type { ModelState } from './model-state.js';
import type { EvaluationStore } from './ports.js';

/** Where a model's detectors would be, the windows that still wait to be judged. */
export const PENDING_KEY = '@pending';

/** A model that is evaluated for the first time, or against a new baseline. */
export interface Opening {
  model: string;
  settings: ModelSettings;
  baseline: Baseline;
  /** Its state was in memory before: what waited in the store was for the baseline of then. */
  again: boolean;
}

/**
 * The states of models as an earlier process left them, in three questions for all of them. `now` is epoch ms.
 * Callers bound how many models they ask for at once.
 */
export async function openStates(
  openings: readonly Opening[],
  store: Pick<EvaluationStore, 'loadDetectors' | 'lastEvaluated' | 'spans'>,
  now: number,
): Promise<ModelState[]> {
  const models = openings.map(({ model }) => model);
  const saved = await store.loadDetectors(models);
  const ends = await store.lastEvaluated(
    openings.map(({ model, baseline }) => ({ model, baseline: baseline.id })),
  );
  const spans = await store.spans(models);
  return openings.map((opening) => {
    const { model } = opening;
    return stateOf(opening, {
      saved: saved.get(model) ?? new Map(),
      lastEnd: ends.get(model) ?? null,
      firstEvent: spans.get(model)?.first ?? null,
      now,
    });
  });
}

interface Found {
  saved: ReadonlyMap<string, string>;
  lastEnd: number | null;
  firstEvent: number | null;
  now: number;
}

function stateOf({ model, settings, baseline, again }: Opening, found: Found): ModelState {
  const timing = { windowMs: settings.window_ms, stepMs: settings.step_ms };
  const { saved, lastEnd, firstEvent, now } = found;
  const state: ModelState = {
    model,
    baseline,
    settings,
    timing,
    lastEnd,
    judgingEnd: null,
    firstEvent,
    pending: again ? [] : parseRanges(saved.get(PENDING_KEY)),
    arrivals: null,
    detectors: new Map(),
    snapshots: new Map(),
    detectorsStale: false,
    rebuiltAt: 0,
    savedPending: saved.get(PENDING_KEY) ?? '[]',
  };
  for (const [key, text] of saved) {
    const set = parseDetectors(text, baseline, settings);
    const [kind, version] = key.startsWith('[') ? (JSON.parse(key) as [string, string]) : [];
    if (set && kind === 'sequential' && key === detectorKey(version!)) state.detectors.set(version!, set);
  }
  // Events may have come between the last run and the end of the process: its last windows are judged again.
  if (lastEnd !== null && lastEnd < now)
    state.pending = addRange(state.pending, {
      from: lastEnd - timing.windowMs + timing.stepMs,
      to: lastEnd + 1,
    });
  return state;
}
