/** Kilometres in a mile. */
export const KILOMETRES = 1.609344;

/**
 * The demo's deliberate fault: from one moment on, the upstream service sends distance in kilometres where the model
 * was trained on miles. It can be switched while the demo runs.
 */
export class KilometreFault {
  #since: number | null = null;

  /** Wall time since when events are faulty, null while the fault is off. */
  get since(): number | null {
    return this.#since;
  }

  /** Events at or after `at` (epoch ms) are sent in kilometres. */
  switchOn(at: number): void {
    this.#since ??= at;
  }

  switchOff(): void {
    this.#since = null;
  }

  /** The distance as the faulty or healthy upstream would send it for an event at `wallTime`. */
  distance(miles: number, wallTime: number): number {
    const faulty = this.#since !== null && wallTime >= this.#since;
    return faulty ? Math.round(miles * KILOMETRES) : miles;
  }
}
