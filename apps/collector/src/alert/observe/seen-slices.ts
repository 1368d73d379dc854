import { LRUCache } from 'lru-cache';
import type { AlertFacts } from '../ports.js';
import type { CompiledRule } from '../rules/compile.js';
import { wholeModel } from '../rules/still-about.js';
import type { Instance } from '../state/instance.js';
import type { Observation, Slice } from '../state/types.js';
import type { Finding } from './finding.js';

const DAY_MS = 86_400_000;
/** What stands for all of a model: what a rule over the whole model sees, or a look that could not be made. */
const BLANK = { version: '', segment: '', signal: null };

export function sliceKey(slice: Omit<Slice, 'model'>): string {
  return `${slice.version}\u0000${slice.segment}\u0000${slice.signal ?? ''}`;
}

/** Whether a rule has an alert of its own for what is not there. */
export function watchesAbsence({ rule }: CompiledRule): boolean {
  return rule.no_data === 'alert' || rule.no_data === 'own_state';
}

/**
 * Slices that operational rules with a no-data policy of their own have seen, to miss them when they stop. What had
 * events within the last day is recalled from the store, so that data that stopped while nobody looked is missed too.
 */
export class SeenSlices {
  readonly #seen = new LRUCache<string, Slice>({ max: 20_000 });
  readonly #recalled = new LRUCache<string, true>({ max: 20_000 });

  constructor(private readonly facts: Pick<AlertFacts, 'operationalFleet'>) {}

  saw(rule: CompiledRule, slice: Slice): void {
    if (watchesAbsence(rule)) this.#seen.set(`${own(rule, slice.model)}${sliceKey(slice)}`, slice);
  }

  of(rule: CompiledRule, model: string): Slice[] {
    if (!watchesAbsence(rule)) return [];
    const start = own(rule, model);
    return [...this.#seen.entries()].flatMap(([key, slice]) => (key.startsWith(start) ? [slice] : []));
  }

  /** Asks the store once for each rule and model. */
  async recall(rule: CompiledRule, model: string, now: number): Promise<void> {
    const key = own(rule, model);
    if (!watchesAbsence(rule) || this.#recalled.has(key)) return;
    for (const { version, segment } of await this.facts.operationalFleet([model], now - DAY_MS, now))
      if (rule.version(version) && rule.segment(segment))
        this.saw(rule, { model, version, segment, signal: null });
    this.#recalled.set(key, true);
  }
}

function own({ rule }: CompiledRule, model: string): string {
  const { version, segment } = rule.selector;
  return `${rule.name}\u0000${version}\u0000${segment}\u0000${model}\u0000`;
}

/** What a rule sees of slices that have an alert, or a policy for no data, and are not among what is `present`. */
export function absences(
  rule: CompiledRule,
  alerts: readonly Instance[],
  seen: readonly Slice[],
  present: readonly Finding[],
  since: number,
): Finding[] {
  const missing = new Map<string, Finding>();
  const blank = wholeModel(rule) ? null : sliceKey(BLANK);
  for (const { rule: name, condition, slice } of alerts) {
    if (name !== rule.rule.name) continue;
    const key = sliceKey(slice);
    // A look that could not be made is over with this one. No version has this slice, so nothing of it is missing.
    const made = key === blank && condition !== 'breach';
    missing.set(
      key,
      blind(rule, slice, made ? { kind: 'between', value: null } : { kind: 'no_data', since }),
    );
  }
  for (const slice of seen) missing.set(sliceKey(slice), blind(rule, slice, { kind: 'no_data', since }));
  for (const { slice } of present) missing.delete(sliceKey(slice));
  return [...missing.values()];
}

/** Ends the alert on looks that could not be made, for a rule that has nothing to look at: a model without any event. */
export function madeAgain(rule: CompiledRule, alerts: readonly Instance[]): Finding[] {
  return alerts.flatMap(({ rule: name, condition, slice, state }) => {
    const open = state.phase === 'pending' || state.phase === 'firing';
    if (name !== rule.rule.name || condition !== 'error' || !open) return [];
    return [blind(rule, slice, { kind: 'insufficient', rows: 0, needed: 1 })];
  });
}

/** A finding of a slice of which nothing can be seen. */
export function blind(rule: CompiledRule, slice: Slice, observation: Observation): Finding {
  const summary = observation.kind === 'error' ? `could not be read: ${observation.reason}` : 'no data';
  return {
    rule,
    slice,
    observation,
    detail: {
      value: null,
      threshold: rule.rule.condition.value ?? 0,
      unit: '',
      n: null,
      window: null,
      baseline: null,
      direction: null,
      importance: null,
      summary,
    },
  };
}
