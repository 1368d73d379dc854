/** Kilometres in a mile. */
export const KILOMETRES = 1.609344;

/**
 * The demo's deliberate fault: from one moment on, the upstream service sends distance in kilometres where the model
 * was trained on miles. It can be switched while the demo runs.
 */
export class KilometreFault {
  #since: number | null = null;

  /** Wall time since when events are faulty (it may lie ahead), null while the fault is off and not planned. */
  get since(): number | null {
    return this.#since;
  }

  /** Events at or after `at` (epoch ms) are sent in kilometres; an earlier moment that was set before stays. */
  switchOn(at: number): void {
    this.#since = Math.min(this.#since ?? at, at);
  }

  /** Whether an event at `wallTime` is faulty. */
  isOn(wallTime: number): boolean {
    return this.#since !== null && wallTime >= this.#since;
  }

  switchOff(): void {
    this.#since = null;
  }

  /** The distance as the faulty or healthy upstream would send it for an event at `wallTime`. */
  distance(miles: number, wallTime: number): number {
    return this.isOn(wallTime) ? Math.round(miles * KILOMETRES) : miles;
  }
}
