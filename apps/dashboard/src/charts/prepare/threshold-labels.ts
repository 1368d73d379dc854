/** Where a threshold's name stands: against which end of its line, and above or below it. */
export type LabelPlace = { end: 'start' | 'end'; above: boolean };

/** Half of a label's height and its width by characters, in pixels, at the size that charts letter them in. */
const HALF = 6;
const CHARACTER = 5.6;

/**
 * Places the names of horizontal lines so that none lies on another: at the right end above the line, else below it,
 * else the same at the left end. A name that fits nowhere is left out (null); its line stays. Heights in pixels,
 * in the order given.
 */
export function placeLabels(
  lines: readonly { y: number; text: string }[],
  area: { left: number; right: number; top: number; bottom: number },
): (LabelPlace | null)[] {
  const taken: { from: number; to: number; y: number }[] = [];
  const places = new Map<number, LabelPlace>();
  // From the top: of two lines close together the upper one is named above, the lower one below.
  const order = lines.map((_, index) => index).sort((a, b) => (lines[a]?.y ?? 0) - (lines[b]?.y ?? 0));
  for (const index of order) {
    const place = free(lines[index] ?? { y: 0, text: '' });
    if (place) places.set(index, place);
  }
  return lines.map((_, index) => places.get(index) ?? null);

  function free({ y, text }: { y: number; text: string }): LabelPlace | null {
    const length = text.length * CHARACTER + 8;
    for (const end of ['end', 'start'] as const)
      for (const above of [true, false]) {
        const middle = y + (above ? -8 : 8);
        if (middle - HALF < area.top || middle + HALF > area.bottom) continue;
        const from = end === 'end' ? area.right - length : area.left;
        const box = { from, to: from + length, y: middle };
        if (taken.some((one) => one.from < box.to && box.from < one.to && Math.abs(one.y - box.y) < 2 * HALF))
          continue;
        taken.push(box);
        return { end, above };
      }
    return null;
  }
}
