/** Holds a flow for a while: what is on its way arrives first, nothing else starts until it is released. */
export class Gate {
  #held = false;
  #reached: (() => void) | null = null;
  #resume: (() => void) | null = null;

  /** Closes the gate; resolves when the flow stands at it with nothing on its way. */
  hold(): Promise<void> {
    this.#held = true;
    return new Promise((done) => {
      this.#reached = done;
    });
  }

  release(): void {
    this.#held = false;
    this.#resume?.();
    this.#resume = null;
  }

  /** The flow's side: returns at once while the gate is open, otherwise waits for the release. */
  async pass(onWay: Iterable<Promise<void>>): Promise<void> {
    if (!this.#held) return;
    await Promise.all(onWay);
    if (!this.#held) return;
    await new Promise<void>((done) => {
      this.#resume = done;
      this.#reached?.();
      this.#reached = null;
    });
  }
}
