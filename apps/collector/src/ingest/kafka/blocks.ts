/** The key of what the store refuses: then nothing is taken. */
export const STORE = 'store';
/** The key of a broker that can't be reached or refuses this client. */
export const BROKER = 'the broker';

/** Why not everything is taken at the moment, by what waits: the store, the broker, or one partition. */
export interface Blocks {
  /** Why nothing is taken at all, or null. */
  store(): string | null;
  /** What else waits and why, e.g. `events:3: The schema registry does not answer`; null = nothing. */
  others(): string | null;
  set(key: string, reason: string | null): void;
  /** Forgets what single partitions waited for: they have new owners. */
  forgetPartitions(): void;
}

/** `storeChanged` is told whenever the store's own reason changes. */
export function createBlocks(storeChanged: (reason: string | null) => void): Blocks {
  const reasons = new Map<string, string>();
  const store = () => reasons.get(STORE) ?? null;
  return {
    store,
    others() {
      const waiting = [...reasons].filter(([key]) => key !== STORE);
      const [first] = waiting;
      if (!first) return null;
      const more = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : '';
      return `${first[0]}: ${first[1]}${more}`;
    },
    set(key, reason) {
      const before = store();
      if (reason === null) reasons.delete(key);
      else reasons.set(key, reason);
      if (before !== store()) storeChanged(store());
    },
    forgetPartitions() {
      for (const key of [...reasons.keys()]) if (key !== STORE && key !== BROKER) reasons.delete(key);
    },
  };
}
