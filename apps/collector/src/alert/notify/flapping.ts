/** So many changes between firing and resolved within the period are flapping … */
export const FLAPPING_CHANGES = 6;
/** … and it ends once there are at most this many. */
export const SETTLED_CHANGES = 2;
export const FLAPPING_PERIOD_MS = 3_600_000;

/**
 * Whether an alert changes too often to be worth a message each time. `changes` are the times of its last changes
 * (epoch ms, oldest first). With hysteresis: it stays flapping until at most two changes are left in the period.
 * Pure: the past states follow from the list itself.
 */
export function isFlapping(changes: readonly number[], now: number): boolean {
  const within = (end: number) => changes.filter((at) => at <= end && at > end - FLAPPING_PERIOD_MS).length;
  const began = changes.findLast((at) => within(at) >= FLAPPING_CHANGES);
  if (began === undefined) return false;
  return within(now) > SETTLED_CHANGES;
}
