import { type BaselineSignal, featureSignal, type StoredEvent } from '@leeway/contract';
import { fraction } from '../../charts/prepare/scale';
import { byName } from '../../lib/collate';
import { number } from '../../lib/format';

export type Value = StoredEvent['features'][string] | undefined;

/** Whether there is no value: none came, or what came says that it is no number. */
export function isMissing(value: Value): boolean {
  return value === null || value === undefined || value === 'NaN' || Number.isNaN(value);
}

/** A feature's value as text; numbers in full, because raw events are for looking closely. */
export function valueText(value: Value): string {
  if (isMissing(value)) return 'missing';
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
  if (Array.isArray(value))
    return `[${value
      .slice(0, 3)
      .map((v) => number(v))
      .join(', ')}${value.length > 3 ? `, … ${value.length}` : ''}]`;
  return String(value);
}

export type Fit = 'inside' | 'tail' | 'below' | 'above' | 'unseen' | 'other' | 'missing' | 'unknown';

/**
 * How a value lies in the baseline: `tail` is outside of the middle nine tenths, `other` a rare category. `at` is
 * its place on the baseline's axis, 0..1 (clamped), null for categories.
 */
export function fitOf(value: Value, signal: BaselineSignal | null): { fit: Fit; at: number | null } {
  const named = typeof value === 'string' && signal?.categories.includes(value);
  if ((isMissing(value) && !named) || (typeof value === 'number' && !Number.isFinite(value)))
    return { fit: 'missing', at: null };
  if (signal === null) return { fit: 'unknown', at: null };
  if (signal.min !== null && signal.max !== null) {
    if (typeof value !== 'number') return { fit: 'unknown', at: null };
    const at = signal.max > signal.min ? fraction(value, [signal.min, signal.max]) : 0.5;
    if (value < signal.min) return { fit: 'below', at: 0 };
    if (value > signal.max) return { fit: 'above', at: 1 };
    const low = signal.quantiles?.[1];
    const high = signal.quantiles?.[5];
    const middle = (low === undefined || value >= low) && (high === undefined || value <= high);
    return { fit: middle ? 'inside' : 'tail', at };
  }
  const category = String(value);
  if (signal.categories.includes(category)) return { fit: 'inside', at: null };
  return { fit: signal.tail?.includes(category) ? 'other' : 'unseen', at: null };
}

/** What the fit means, in words. */
export const FIT_WORDS: Record<Fit, string> = {
  inside: 'inside of the baseline',
  tail: 'outside of the baseline’s middle 90 %',
  below: 'below the baseline’s minimum',
  above: 'above the baseline’s maximum',
  unseen: 'never seen in the baseline',
  other: 'rare in the baseline',
  missing: 'missing',
  unknown: 'not in the baseline',
};

/** The baseline's range of a signal as one line. */
export function rangeText(signal: BaselineSignal): string {
  if (signal.min !== null && signal.max !== null) {
    const low = signal.quantiles?.[1];
    const high = signal.quantiles?.[5];
    const middle =
      low !== undefined && high !== undefined ? `, middle 90 % ${number(low)} – ${number(high)}` : '';
    return `${number(signal.min)} – ${number(signal.max)}${middle}`;
  }
  const shown = signal.categories.slice(0, 6).join(', ');
  const rest = signal.categories.length - 6 + (signal.tail?.length ?? 0);
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** A feature's signal in the baseline. */
export function signalOf(signals: readonly BaselineSignal[], feature: string): BaselineSignal | null {
  const wanted = featureSignal(feature);
  return signals.find(({ signal }) => signal === wanted) ?? null;
}

/** The features of a page of events, the most frequent first and by name where they tie. */
export function featureNames(events: readonly StoredEvent[]): string[] {
  const seen = new Map<string, number>();
  for (const event of events)
    for (const name of Object.keys(event.features)) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen].sort(([a, n], [b, m]) => m - n || byName(a, b)).map(([name]) => name);
}

/** How many values of a page lie how in the baseline. */
export function fitCounts(
  events: readonly StoredEvent[],
  feature: string,
  signal: BaselineSignal,
): Map<Fit, number> {
  const counts = new Map<Fit, number>();
  for (const event of events) {
    const { fit } = fitOf(event.features[feature], signal);
    counts.set(fit, (counts.get(fit) ?? 0) + 1);
  }
  return counts;
}

/** A prediction as text; of class probabilities the two most likely. */
export function predictionText(prediction: StoredEvent['prediction']): string {
  if (prediction === null) return '–';
  if (typeof prediction !== 'object') return valueText(prediction);
  return Object.entries(prediction)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([name, share]) => `${name} ${number(share)}`)
    .join(', ');
}
