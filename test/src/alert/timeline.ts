import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** Something that arrived, and what of it the timeline is about. */
export interface Seen {
  /** Seconds since the timeline began. */
  at: number;
  what: string;
}

/** What must come comes within this long even on a busy machine, in seconds; how soon it may come is what is tested. */
const WITHIN = 60;

/**
 * A timeline in seconds from its start. What happens next is pushed when the last thing has arrived, so that a slow
 * machine is no failure. What arrives must be wanted, in its order and no sooner than it may; nothing else may come.
 */
export class Timeline {
  readonly #start = Date.now();
  readonly #wanted = new Map<string, number>();
  readonly #seen = new Map<string, Seen[]>();

  /** Arrivals of a source, e.g. `webhook`. */
  source(name: string): (what: string) => void {
    const list: Seen[] = [];
    this.#seen.set(name, list);
    return (what) => void list.push({ at: this.now(), what });
  }

  /** Seconds since the start. */
  now(): number {
    return (Date.now() - this.#start) / 1_000;
  }

  /** Waits for the next arrival of a source, which is `what` and not before second `from`; gives when it came. */
  async want(source: string, from: number, what: string): Promise<number> {
    const index = this.#wanted.get(source) ?? 0;
    this.#wanted.set(source, index + 1);
    const seen = this.#seen.get(source)!;
    const end = this.now() + WITHIN;
    while (seen.length <= index && this.now() < end) await sleep(20);
    const story = `${source} ${index + 1}, wanted “${what}” from ${from.toFixed(2)} s: ${this.#story(source)}`;
    expect(seen[index]?.what, story).toBe(what);
    expect(seen[index]!.at, story).toBeGreaterThanOrEqual(from);
    return seen[index]!.at;
  }

  /** Waits `quiet` seconds and makes sure that nothing came besides what was wanted. */
  async finish(quiet: number): Promise<void> {
    await sleep(quiet * 1_000);
    for (const [source, seen] of this.#seen)
      expect(seen.length, `${source}: ${this.#story(source)}`).toBe(this.#wanted.get(source) ?? 0);
  }

  #story(source: string): string {
    return this.#seen
      .get(source)!
      .map(({ at, what }) => `${at.toFixed(2)} s ${what}`)
      .join('; ');
  }
}
