import type { Range, ReadStore, SummaryFigures, WorstVerdict } from './ports.js';

/** What the store knows of every model over a range. */
export interface FleetFigures {
  summaries: ReadonlyMap<string, SummaryFigures>;
  worst: ReadonlyMap<string, WorstVerdict>;
}

/** Answers that took less are not kept: small stores always say what is so now. */
const QUICK_MS = 150;
/** An answer is given out for so many times as long as it took to get, ms, and asked for anew behind it. */
const FRESH_TIMES = 3;
const STALE_TIMES = 20;
const LONGEST_MS = 15_000;
/** Ranges whose answers are kept: those that people look at now. */
const KEPT = 8;

interface Kept {
  at: number;
  took: number;
  figures: FleetFigures;
}

/**
 * The figures of the whole fleet. With a thousand models they take a noticeable part of a second, and every open fleet
 * page asks for them every few seconds: so one question at a time answers all that ask for the same range, and its
 * answer is given out for a while, seconds at most, while the next is on its way. `key` names the range as it was
 * written (`now-24h`), which moves on. `now` is epoch ms.
 */
export function createFleetFigures(reads: Pick<ReadStore, 'summaries' | 'worstVerdicts'>, now: () => number) {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<FleetFigures>>();

  async function ask(key: string, range: Range, models: readonly string[]): Promise<FleetFigures> {
    const at = now();
    const summaries = await reads.summaries(range, models);
    const worst = await reads.worstVerdicts(models, at);
    const figures = { summaries, worst };
    kept.delete(key);
    const took = now() - at;
    if (took >= QUICK_MS) kept.set(key, { at, took, figures });
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return figures;
  }

  function askOnce(key: string, range: Range, models: readonly string[]): Promise<FleetFigures> {
    const under = asking.get(key);
    if (under) return under;
    const answer = ask(key, range, models).finally(() => asking.delete(key));
    asking.set(key, answer);
    return answer;
  }

  return async (key: string, range: Range, models: readonly string[]): Promise<FleetFigures> => {
    const known = kept.get(key);
    const age = known ? now() - known.at : 0;
    if (!known || age > Math.min(LONGEST_MS, known.took * STALE_TIMES)) return askOnce(key, range, models);
    // A failure shows where somebody waits for the answer.
    if (age > known.took * FRESH_TIMES) void askOnce(key, range, models).catch(() => undefined);
    return known.figures;
  };
}
export type FleetFiguresOf = ReturnType<typeof createFleetFigures>;
