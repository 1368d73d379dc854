import type { AlertFacts } from '../ports.js';

const DAY_MS = 86_400_000;
const REFRESH_MS = 3_600_000;
const DAYS = 7;
/** So many of the last days must have had traffic at this hour before anything is called usual. */
const DAYS_NEEDED = 3;
const MODELS_LIMIT = 10_000;

interface Learnt {
  at: number;
  perSecond: number | null;
}

/**
 * What models usually serve at this time of day, where nobody configured a capacity: the median over the last seven
 * days of the requests per second in the same window of the day. Asks the store once an hour, for all models at once.
 */
export class LearntCapacity {
  readonly #known = new Map<string, Learnt>();

  constructor(private readonly facts: AlertFacts) {}

  /** Requests per second, or null while fewer than three days are known. */
  of(model: string): number | null {
    return this.#known.get(model)?.perSecond ?? null;
  }

  /** Brings what is known of these models up to date. */
  async learn(models: readonly string[], windowMs: number, now: number): Promise<void> {
    const fresh = (known: Learnt | undefined) => known && now - known.at < REFRESH_MS && now >= known.at;
    const stale = models.filter((model) => !fresh(this.#known.get(model)));
    if (stale.length === 0) return;
    const rates = new Map<string, number[]>(stale.map((model) => [model, []]));
    for (let day = 1; day <= DAYS; day++) {
      const to = now - day * DAY_MS;
      const requests = new Map<string, number>();
      for (const row of await this.facts.operationalFleet(stale, to - windowMs, to)) {
        if (row.segment === '') requests.set(row.model, (requests.get(row.model) ?? 0) + row.requests);
      }
      for (const [model, count] of requests)
        if (count > 0) rates.get(model)?.push(count / (windowMs / 1_000));
    }
    if (this.#known.size > MODELS_LIMIT) this.#known.clear();
    for (const [model, list] of rates) {
      list.sort((a, b) => a - b);
      const perSecond = list.length < DAYS_NEEDED ? null : list[Math.floor((list.length - 1) / 2)]!;
      this.#known.set(model, { at: now, perSecond });
    }
  }
}
