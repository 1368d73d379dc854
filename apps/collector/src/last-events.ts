/** Tells when a model was last heard of (the newest event's own time, or its arrival where that is known), epoch ms. */
export interface LastEvents {
  arrived(model: string, at: number): void;
  of(model: string): Promise<number | null>;
}

/** An answer of the store is good for this long where no arrivals are heard of, ms. */
const FRESH_MS = 30_000;

/**
 * The newest event of each model: from the arrivals of this process, and from the store where other processes take
 * events or none has come since the start. One question to the store renews every model whose answer is old: `models`
 * are those that may be asked for.
 */
export function createLastEvents(
  stored: (models: readonly string[]) => Promise<ReadonlyMap<string, { last: number }>>,
  models: () => readonly string[],
  now: () => number,
): LastEvents {
  const known = new Map<string, { last: number | null; asked: number }>();
  let asking: Promise<void> | null = null;

  const fresh = (model: string) => {
    const entry = known.get(model);
    return entry !== undefined && now() - entry.asked < FRESH_MS ? entry : null;
  };

  async function renew(model: string): Promise<void> {
    const wanted = new Set(models().filter((one) => fresh(one) === null)).add(model);
    const found = await stored([...wanted]);
    for (const one of wanted) {
      // Events may have arrived while the store answered.
      const last = Math.max(found.get(one)?.last ?? 0, known.get(one)?.last ?? 0);
      known.set(one, { last: last === 0 ? null : last, asked: now() });
    }
  }

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
      for (;;) {
        const entry = fresh(model);
        if (entry) return entry.last;
        asking ??= renew(model).finally(() => {
          asking = null;
        });
        await asking;
      }
    },
  };
}
