import { LRUCache } from 'lru-cache';
import type { AlertFacts } from '../ports.js';
import type { CompiledRule } from '../rules/compile.js';
import type { Slice } from '../state/types.js';

const DAY_MS = 86_400_000;

export function sliceKey(slice: Slice): string {
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
