import { setImmediate } from 'node:timers/promises';

/** Longest stretch of work before other work of the process gets its turn, ms. */
const STRETCH_MS = 12;

/** Lets the event loop breathe in long computations, and tells when a run has used up its time. */
export class Breath {
  #since = performance.now();
  readonly #started = performance.now();

  constructor(private readonly budgetMs: number = Number.POSITIVE_INFINITY) {}

  async take(): Promise<void> {
    if (performance.now() - this.#since < STRETCH_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }

  get spent(): boolean {
    return performance.now() - this.#started >= this.budgetMs;
  }
}
