import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** Something that arrived, and what of it the timeline is about. */
export interface Seen {
  at: number;
  what: string;
}

/**
 * A timeline in seconds from its start: things are pushed at given times, and at the end every arrival must be one
 * of the wanted, in its time, and nothing else.
 */
export class Timeline {
  readonly #start = Date.now();
  readonly #wants: { source: string; from: number; to: number; what: string }[] = [];
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

  /** Waits until second `at`. */
  async at(at: number): Promise<void> {
    await sleep(Math.max(0, this.#start + at * 1_000 - Date.now()));
  }

  want(source: string, from: number, to: number, what: string): void {
    this.#wants.push({ source, from, to, what });
  }

  /** Waits until second `end` and compares. */
  async finish(end: number): Promise<void> {
    await this.at(end);
    for (const [source, seen] of this.#seen) {
      const wants = this.#wants.filter((want) => want.source === source);
      const story = seen.map((s) => `${s.at.toFixed(2)} s ${s.what}`).join('; ');
      expect(
        seen.map((s) => s.what),
        `${source}: ${story}`,
      ).toEqual(wants.map((want) => want.what));
      seen.forEach((arrival, i) => {
        const { from, to, what } = wants[i]!;
        expect(
          arrival.at,
          `${source}: ${what} at ${arrival.at} s, wanted ${from}–${to} s`,
        ).toBeGreaterThanOrEqual(from);
        expect(
          arrival.at,
          `${source}: ${what} at ${arrival.at} s, wanted ${from}–${to} s`,
        ).toBeLessThanOrEqual(to);
      });
    }
  }
}
