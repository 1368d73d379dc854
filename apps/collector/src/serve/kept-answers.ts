/** Answers that took less are not kept: small stores always say what is so now. */
const QUICK_MS = 150;
/** An answer is given out for so many times as long as it took to get, ms, and asked for anew behind it. */
const FRESH_TIMES = 3;
const STALE_TIMES = 20;
const LONGEST_MS = 15_000;

interface Kept<T> {
  at: number;
  took: number;
  answer: T;
}

/**
 * Answers of the store that many ask for at the same time and again every few seconds. One question at a time answers
 * all that ask under the same key, and where it took long its answer is given out for a while, seconds at most, while
 * the next is on its way. So the busier the store is, the less it is asked. At most `most` answers are kept: those that
 * people look at now. `now` is epoch ms.
 */
export function createKeptAnswers<T>(most: number, now: () => number) {
  const kept = new Map<string, Kept<T>>();
  const asking = new Map<string, Promise<T>>();

  async function fetch(key: string, ask: () => Promise<T>): Promise<T> {
    const at = now();
    const answer = await ask();
    kept.delete(key);
    const took = now() - at;
    if (took >= QUICK_MS) kept.set(key, { at, took, answer });
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return answer;
  }

  function askOnce(key: string, ask: () => Promise<T>): Promise<T> {
    const under = asking.get(key);
    if (under) return under;
    const answer = fetch(key, ask).finally(() => asking.delete(key));
    asking.set(key, answer);
    return answer;
  }

  return async (key: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    const age = known ? now() - known.at : 0;
    if (!known || age > Math.min(LONGEST_MS, known.took * STALE_TIMES)) return askOnce(key, ask);
    // A failure shows where somebody waits for the answer.
    if (age > known.took * FRESH_TIMES) void askOnce(key, ask).catch(() => undefined);
    return known.answer;
  };
}
