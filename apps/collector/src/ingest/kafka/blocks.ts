/** The key of what the store refuses; partitions that wait for something have their own names. */
export const STORE = 'store';

/** Why nothing (or not everything) is taken at the moment, by what waits. `changed` is told the first reason. */
export function createBlocks(changed: (reason: string | null) => void) {
  const reasons = new Map<string, string>();
  const first = () => reasons.values().next().value ?? null;
  return {
    first,
    has: (key: string) => reasons.has(key),
    set(key: string, reason: string | null): void {
      const before = first();
      if (reason === null) reasons.delete(key);
      else reasons.set(key, reason);
      if (before !== first()) changed(first());
    },
    keepOnly(key: string): void {
      for (const other of [...reasons.keys()]) if (other !== key) this.set(other, null);
    },
  };
}
