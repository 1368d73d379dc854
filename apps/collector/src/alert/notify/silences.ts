import { randomUUID } from 'node:crypto';
import type { Matcher, NewSilence, Silence } from '@leeway/contract';
import { AlertProblem } from '../problem.js';
import { compileMatchers, type Labels, type LabelTest } from './matcher.js';

/** At most this many silences that are not over. */
export const SILENCE_LIMIT = 100_000;
/** At most this many that have to be tried on one alert: without any `=` matcher, or with the same one and none rarer. */
export const GENERAL_LIMIT = 1_000;
/** How long an ended silence stays listed. */
const KEPT_MS = 86_400_000;

/** A silence as journalled (kind `silence`); times in epoch ms. */
export interface StoredSilence {
  id: string;
  matchers: Matcher[];
  startsAt: number;
  endsAt: number;
  author: string;
  comment: string;
  createdAt: number;
}

interface Filed {
  silence: StoredSilence;
  test: LabelTest;
  shelf: string | null;
}

/**
 * Silences, filed by one of their equality matchers so that an alert is compared with the few that may concern it
 * and not with all of them.
 */
export class Silences {
  readonly #filed = new Map<string, Filed>();
  readonly #shelves = new Map<string, Map<string, Filed>>();
  readonly #general = new Map<string, Filed>();

  get size(): number {
    return this.#filed.size;
  }

  /** Checks a request and gives it an id; nothing is in force until `put`. Throws `AlertProblem`. */
  prepare(request: NewSilence, now: number): StoredSilence {
    const startsAt = Date.parse(request.starts_at);
    const endsAt = Date.parse(request.ends_at);
    const invalid = (path: string, message: string) =>
      new AlertProblem('invalid_request', message, [{ path, code: 'invalid', message }]);
    if (endsAt <= startsAt) throw invalid('ends_at', 'a silence ends after it starts');
    if (endsAt <= now) throw invalid('ends_at', 'this silence would be over already');
    try {
      compileMatchers(request.matchers);
    } catch (error) {
      throw invalid('matchers', (error as Error).message);
    }
    if (request.matchers.every((m) => compileMatchers([m])({}))) {
      throw invalid('matchers', 'these matchers match every alert; name at least one label value');
    }
    if (this.#filed.size >= SILENCE_LIMIT) this.prune(now);
    if (this.#filed.size >= SILENCE_LIMIT) {
      throw new AlertProblem('conflict', `there are ${SILENCE_LIMIT} silences already; end some first`);
    }
    if (shelvesOf(request.matchers).length === 0 && this.#general.size >= GENERAL_LIMIT) {
      throw new AlertProblem(
        'conflict',
        `there are ${GENERAL_LIMIT} silences without an equality matcher already; add one such as model="…"`,
      );
    }
    const crowded = this.#crowdedShelf(request.matchers, now);
    if (crowded !== null) {
      throw new AlertProblem(
        'conflict',
        `there are ${GENERAL_LIMIT} silences on ${crowded} with nothing rarer already; add another equality matcher, or end some`,
      );
    }
    const { matchers, author, comment } = request;
    return { id: randomUUID(), matchers, startsAt, endsAt, author, comment, createdAt: now };
  }

  put(silence: StoredSilence): void {
    this.#remove(silence.id);
    const filed: Filed = {
      silence,
      test: compileMatchers(silence.matchers),
      shelf: this.#shelfFor(silence.matchers),
    };
    this.#filed.set(silence.id, filed);
    if (filed.shelf === null) this.#general.set(silence.id, filed);
    else {
      const shelf = this.#shelves.get(filed.shelf) ?? new Map<string, Filed>();
      shelf.set(silence.id, filed);
      this.#shelves.set(filed.shelf, shelf);
    }
  }

  get(id: string): StoredSilence | null {
    return this.#filed.get(id)?.silence ?? null;
  }

  /** Every silence that is kept. */
  export(): StoredSilence[] {
    return [...this.#filed.values()].map(({ silence }) => silence);
  }

  /** Ids of the active silences that match these labels. */
  matching(labels: Labels, now: number): string[] {
    const found: string[] = [];
    const look = (filed: Filed) => {
      const { silence, test } = filed;
      if (silence.startsAt <= now && now < silence.endsAt && test(labels)) found.push(silence.id);
    };
    for (const filed of this.#general.values()) look(filed);
    for (const label of Object.keys(labels)) {
      const shelf = this.#shelves.get(`${label}\u0000${labels[label]}`);
      if (shelf) for (const filed of shelf.values()) look(filed);
    }
    return found;
  }

  /** Active first, then pending, then ended; the newest first in each. Only `limit` of them are written out. */
  list(now: number, limit: number, state?: Silence['state']): { silences: Silence[]; total: number } {
    const order = { active: 0, pending: 1, expired: 2 };
    const found: { silence: StoredSilence; rank: number }[] = [];
    for (const { silence } of this.#filed.values()) {
      const own = stateOf(silence, now);
      if (state === undefined || own === state) found.push({ silence, rank: order[own] });
    }
    found.sort((a, b) => a.rank - b.rank || b.silence.createdAt - a.silence.createdAt);
    return { silences: found.slice(0, limit).map((f) => describe(f.silence, now)), total: found.length };
  }

  /** Forgets silences that ended a day ago. */
  prune(now: number): void {
    for (const { silence } of this.#filed.values())
      if (silence.endsAt + KEPT_MS <= now) this.#remove(silence.id);
  }

  /** The shelf that these matchers would go to when it holds all it may of silences that aren't over; else null. */
  #crowdedShelf(matchers: readonly Matcher[], now: number): string | null {
    const name = this.#shelfFor(matchers);
    const shelf = name === null ? undefined : this.#shelves.get(name);
    if (!shelf || shelf.size < GENERAL_LIMIT) return null;
    let open = 0;
    for (const { silence } of shelf.values()) if (silence.endsAt > now) open += 1;
    return open < GENERAL_LIMIT ? null : name!.replace('\u0000', '=');
  }

  /** The emptiest shelf that one of the equality matchers names, so that no shelf has to hold everything. */
  #shelfFor(matchers: readonly Matcher[]): string | null {
    const fill = (shelf: string) => this.#shelves.get(shelf)?.size ?? 0;
    const options = shelvesOf(matchers);
    return options.length === 0
      ? null
      : options.reduce((best, shelf) => (fill(shelf) < fill(best) ? shelf : best));
  }

  #remove(id: string): void {
    const filed = this.#filed.get(id);
    if (!filed) return;
    this.#filed.delete(id);
    this.#general.delete(id);
    if (filed.shelf === null) return;
    const shelf = this.#shelves.get(filed.shelf);
    shelf?.delete(id);
    if (shelf?.size === 0) this.#shelves.delete(filed.shelf);
  }
}

function stateOf({ startsAt, endsAt }: StoredSilence, now: number): Silence['state'] {
  return now >= endsAt ? 'expired' : now < startsAt ? 'pending' : 'active';
}

/** A stored silence as the API shows it. */
export function describe(silence: StoredSilence, now: number): Silence {
  return {
    id: silence.id,
    matchers: silence.matchers,
    starts_at: new Date(silence.startsAt).toISOString(),
    ends_at: new Date(silence.endsAt).toISOString(),
    author: silence.author,
    comment: silence.comment,
    state: stateOf(silence, now),
    created_at: new Date(silence.createdAt).toISOString(),
  };
}

/** An equality with the empty text also takes alerts without the label, so it is no place to file under. */
function shelvesOf(matchers: readonly Matcher[]): string[] {
  return matchers.filter((m) => m.op === '=' && m.value !== '').map((m) => `${m.label}\u0000${m.value}`);
}
