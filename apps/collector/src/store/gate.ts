/**
 * A read-write lock within this process. Batches are written side by side (`shared`); a rebuild of counts runs alone
 * (`exclusive`), so that it never sees the events of a batch whose counts are still on their way.
 */
export class WriteGate {
  #shared = 0;
  #exclusive = false;
  #waiting: { exclusive: boolean; start: () => void }[] = [];

  /** Runs `work` beside other shared work. Waits behind exclusive work that asked earlier. */
  shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(false, work);
  }

  /** Runs `work` alone. Keep it short: writes wait meanwhile. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#enter(true, work);
  }

  async #enter<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#free(exclusive))
      await new Promise<void>((start) => this.#waiting.push({ exclusive, start }));
    else this.#take(exclusive);
    try {
      return await work();
    } finally {
      if (exclusive) this.#exclusive = false;
      else this.#shared--;
      this.#next();
    }
  }

  #free(exclusive: boolean): boolean {
    return !this.#exclusive && (!exclusive || this.#shared === 0);
  }

  #take(exclusive: boolean): void {
    if (exclusive) this.#exclusive = true;
    else this.#shared++;
  }

  #next(): void {
    let first = this.#waiting[0];
    while (first && this.#free(first.exclusive)) {
      this.#waiting.shift();
      this.#take(first.exclusive);
      first.start();
      first = this.#waiting[0];
    }
  }
}
