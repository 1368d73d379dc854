/** Tells when a model was last heard of (the newest event's own time, or its arrival where that is known), epoch ms. */
export interface LastEvents {
  arrived(model: string, at: number): void;
  of(model: string): Promise<number | null>;
}

/** An answer of the store is good for this long where no arrivals are heard of, ms. */
const FRESH_MS = 30_000;

/**
 * The newest event of each model: from the arrivals of this process, and from the store where other processes take
 * events or none has come since the start.
 */
export function createLastEvents(
  stored: (model: string) => Promise<{ last: number } | null>,
  now: () => number,
): LastEvents {
  const known = new Map<string, { last: number | null; asked: number }>();
  return {
    arrived(model, at) {
      const entry = known.get(model);
      if (!entry) known.set(model, { last: at, asked: now() });
      else {
        entry.last = Math.max(entry.last ?? 0, at);
        entry.asked = now();
      }
    },
    async of(model) {
      const entry = known.get(model);
      if (entry && now() - entry.asked < FRESH_MS) return entry.last;
      const found = await stored(model);
      // Events may have arrived while the store answered.
      const last = Math.max(found?.last ?? 0, known.get(model)?.last ?? 0);
      known.set(model, { last: last === 0 ? null : last, asked: now() });
      return last === 0 ? null : last;
    },
  };
}
