/** Strokes of the lines of one chart, in order: ink and dashes, because colour with a meaning belongs to verdicts. */
export const STROKES: readonly { color: string; dash?: string }[] = [
  { color: 'var(--ink-line)' },
  { color: 'var(--series-2)', dash: '5 3' },
  { color: 'var(--series-3)', dash: '2 2' },
];

/** The stroke of line `at`; a fourth line starts over. */
export function strokeOf(at: number): { color: string; dash?: string } {
  return STROKES[at % STROKES.length] ?? { color: 'var(--ink-line)' };
}
