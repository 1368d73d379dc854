/** Rows that a page key moves by. */
const PAGE = 12;

/** The row that a key leads to from `index`, or null when the key is not one that moves. */
export function moveTarget(key: string, index: number, rows: number): number | null {
  if (rows === 0) return null;
  const to = TARGETS[key]?.(index, rows - 1);
  return to === undefined ? null : Math.min(rows - 1, Math.max(0, to));
}

const TARGETS: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  PageDown: (index) => index + PAGE,
  PageUp: (index) => index - PAGE,
  Home: () => 0,
  End: (_, last) => last,
};
