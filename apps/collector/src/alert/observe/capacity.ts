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
 * What a model usually serves at this time of day, for models whose capacity nobody configured: the median over the
 * last seven days of the requests per second in the same window of the day. Asks the store once an hour and model.
 */
export class LearntCapacity {
  readonly #known = new Map<string, Learnt>();

  constructor(private readonly facts: AlertFacts) {}

  /** Requests per second, or null while fewer than three days are known. */
  async of(model: string, windowMs: number, now: number): Promise<number | null> {
    const known = this.#known.get(model);
    if (known && now - known.at < REFRESH_MS && now >= known.at) return known.perSecond;
    const rates: number[] = [];
    for (let day = 1; day <= DAYS; day++) {
      const to = now - day * DAY_MS;
      const rows = await this.facts.operational(model, to - windowMs, to);
      const requests = rows.reduce((sum, row) => sum + (row.segment === '' ? row.requests : 0), 0);
      if (requests > 0) rates.push(requests / (windowMs / 1_000));
    }
    rates.sort((a, b) => a - b);
    const perSecond = rates.length < DAYS_NEEDED ? null : rates[Math.floor((rates.length - 1) / 2)]!;
    if (this.#known.size >= MODELS_LIMIT) this.#known.clear();
    this.#known.set(model, { at: now, perSecond });
    return perSecond;
  }
}
