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

  /**
   * Takes an activation over; true when it is news. Those of other collectors may come after later ones of this
   * process: each finds its place.
   */
  add(activation: Activation): boolean {
    const place = this.#all.findLastIndex(({ epoch }) => epoch <= activation.epoch);
    if (this.#all[place]?.epoch === activation.epoch) return false;
    this.#all.splice(place + 1, 0, activation);
    const active = this.#active.get(activation.model);
    if (!active || active.epoch < activation.epoch) this.#active.set(activation.model, activation);
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
