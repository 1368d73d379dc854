import type { Baseline, ModelSettings } from '@leeway/contract';
import { LRUCache } from 'lru-cache';
import type { AlertFacts } from '../ports.js';

export interface ModelFacts {
  model: string;
  settings: ModelSettings;
  baseline: Baseline | null;
}

const FRESH_MS = 1_000;

/** The models by name, asked for at most once a second, and the importance of their features. */
export class ModelIndex {
  #at = Number.NEGATIVE_INFINITY;
  #models = new Map<string, ModelFacts>();
  readonly #importance = new LRUCache<string, Map<string, number>>({ max: 1_000 });

  constructor(private readonly facts: AlertFacts) {}

  all(now: number): ModelFacts[] {
    this.#refresh(now);
    return [...this.#models.values()];
  }

  /** One model; asked for anew when what is known doesn't pass `current`. */
  get(model: string, now: number, current: (known: ModelFacts) => boolean = () => true): ModelFacts | null {
    this.#refresh(now);
    const known = this.#models.get(model);
    if (known && !current(known)) this.renew(now);
    return this.known(model);
  }

  /** One model as it was when the models were last asked for. */
  known(model: string): ModelFacts | null {
    return this.#models.get(model) ?? null;
  }

  /** Asks for the models now, however lately that was done. */
  renew(now: number): void {
    this.#at = Number.NEGATIVE_INFINITY;
    this.#refresh(now);
  }

  /** Importance that the baseline gives a signal, or null. */
  importance(baseline: Baseline | null | undefined, signal: string): number | null {
    if (!baseline) return null;
    let known = this.#importance.get(baseline.id);
    if (!known) {
      known = new Map(
        baseline.signals.flatMap((s) => (s.importance === null ? [] : [[s.signal, s.importance]])),
      );
      this.#importance.set(baseline.id, known);
    }
    return known.get(signal) ?? null;
  }

  #refresh(now: number): void {
    if (now >= this.#at && now - this.#at < FRESH_MS) return;
    this.#at = now;
    this.#models = new Map(this.facts.models().map((facts) => [facts.model, facts]));
  }
}
