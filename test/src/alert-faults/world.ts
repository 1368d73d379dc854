/** The `for` of the rule under test. */
export const FOR_MS = 150;

/** A message as it arrived at the receiver. */
export interface Arrival {
  /** Deduplication key (`webhook-id`). */
  key: string;
  status: 'firing' | 'resolved';
  signal: string;
  at: number;
}

interface Episode {
  signal: string;
  badAt: number;
  goodAt: number | null;
  firing: Set<string>;
  resolved: Set<string>;
  arrivals: number;
  /** When the next change of this episode is due. */
  due: number;
}

/** What went wrong over a run; all zero is the aim. */
export interface Findings {
  episodes: number;
  missed: number;
  spurious_resolved: number;
  duplicates_without_same_key: number;
  duplicates_with_same_key: number;
}

/**
 * The world behind the daemon: signals that turn bad, stay bad until their alert was heard of, turn good, and end
 * when the recovery was heard of. Each has one episode, so whatever is said about it can be judged exactly.
 */
export class World {
  readonly #episodes = new Map<string, Episode>();
  readonly #open = new Set<Episode>();
  #count = 0;
  #spurious = 0;
  #strangers = 0;

  constructor(
    private readonly random: () => number,
    private readonly parallel: number,
  ) {}

  get openEpisodes(): number {
    return this.#open.size;
  }

  /** Moves the world on; tells whether anything changed. With `ending`, no new signals turn bad. */
  tick(now: number, ending: boolean): boolean {
    let changed = false;
    while (!ending && this.#open.size < this.parallel) {
      const signal = `signal-${++this.#count}`;
      const episode: Episode = {
        signal,
        badAt: now,
        goodAt: null,
        firing: new Set(),
        resolved: new Set(),
        arrivals: 0,
        due: Number.POSITIVE_INFINITY,
      };
      this.#episodes.set(signal, episode);
      this.#open.add(episode);
      changed = true;
    }
    for (const episode of this.#open) {
      if (episode.goodAt === null && now >= episode.due) {
        episode.goodAt = now;
        episode.due = Number.POSITIVE_INFINITY;
        changed = true;
      }
      // It stays in the daemon's view for a while after its end: a second message would come now.
      if (episode.goodAt !== null && now >= episode.due) {
        this.#open.delete(episode);
        changed = true;
      }
    }
    return changed;
  }

  /** The de-biased PSI of every signal of the moment. */
  signals(): Record<string, number> {
    return Object.fromEntries([...this.#open].map((e) => [e.signal, e.goodAt === null ? 0.4 : 0.01]));
  }

  heard({ key, status, signal, at }: Arrival): void {
    const episode = this.#episodes.get(signal);
    if (!episode) {
      this.#strangers += 1;
      return;
    }
    episode.arrivals += 1;
    if (status === 'resolved' && episode.goodAt === null) this.#spurious += 1;
    episode[status].add(key);
    if (status === 'firing' && episode.goodAt === null && episode.due === Number.POSITIVE_INFINITY) {
      episode.due = at + this.random() * 400;
    }
    if (status === 'resolved' && episode.goodAt !== null && episode.due === Number.POSITIVE_INFINITY) {
      episode.due = at + 300 + this.random() * 700;
    }
  }

  /** Phases that the open episodes are in, for the report of where kills landed. */
  phases(now: number): ('pending' | 'notifying' | 'firing' | 'resolving' | 'resolved')[] {
    return [...this.#open].map((e) => {
      if (e.goodAt !== null) return e.resolved.size > 0 ? 'resolved' : 'resolving';
      if (e.firing.size > 0) return 'firing';
      return now - e.badAt > FOR_MS ? 'notifying' : 'pending';
    });
  }

  findings(): Findings {
    const all = [...this.#episodes.values()];
    const keys = all.flatMap((e) => [e.firing.size, e.resolved.size]);
    return {
      episodes: all.length,
      missed: all.filter((e) => e.firing.size === 0 || e.resolved.size === 0).length,
      spurious_resolved: this.#spurious,
      duplicates_without_same_key: keys.reduce((sum, n) => sum + Math.max(0, n - 1), this.#strangers),
      duplicates_with_same_key: all.reduce((sum, e) => sum + e.arrivals - e.firing.size - e.resolved.size, 0),
    };
  }
}
