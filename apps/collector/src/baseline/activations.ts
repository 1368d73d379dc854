/** One activation: from the journal position `epoch` on, `model` is counted against `baseline`. */
export interface Activation {
  epoch: number;
  model: string;
  baseline: string;
}

/** Which baseline was active when. Append-only, like the journal it is read from. */
export class Activations {
  readonly #all: Activation[] = [];
  readonly #active = new Map<string, Activation>();

  /** Position of the last activation, 0 before the first. */
  get epoch(): number {
    return this.#all[this.#all.length - 1]?.epoch ?? 0;
  }

  /** Takes activations over in the order of their epochs; one that is known already changes nothing. */
  add(activation: Activation): boolean {
    if (activation.epoch <= this.epoch) return false;
    this.#all.push(activation);
    this.#active.set(activation.model, activation);
    return true;
  }

  /** The model's activation now. */
  active(model: string): Activation | null {
    return this.#active.get(model) ?? null;
  }

  /** Baselines by model as they stood at an epoch; null for an epoch that is not known here (yet). */
  at(epoch: number): Map<string, string> | null {
    if (epoch > this.epoch) return null;
    const found = new Map<string, string>();
    for (const one of this.#all) {
      if (one.epoch > epoch) break;
      found.set(one.model, one.baseline);
    }
    return found;
  }

  models(): string[] {
    return [...this.#active.keys()];
  }
}
