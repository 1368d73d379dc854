import { VERDICT_KINDS, VERDICT_RANK, type VerdictKind } from '@leeway/contract';

/**
 * The one place that says how a verdict looks and reads. Colours are custom properties in
 * `styles/verdicts.css`; the shape and the word carry the meaning without them.
 */
export type VerdictLook = {
  word: string;
  /** Drawn as SVG by `VerdictMark`; the glyph is for plain text (titles, status lines, CSV). */
  shape: 'circle' | 'triangle' | 'diamond' | 'corner' | 'ring' | 'dash';
  glyph: string;
  /** Name of the CSS custom property that holds the colour. */
  color: string;
};

export const VERDICT_LOOKS: Record<VerdictKind, VerdictLook> = {
  stable: { word: 'stable', shape: 'circle', glyph: '●', color: '--verdict-stable' },
  moderate: { word: 'moderate', shape: 'triangle', glyph: '▲', color: '--verdict-moderate' },
  significant: { word: 'significant', shape: 'diamond', glyph: '◆', color: '--verdict-significant' },
  drifting: { word: 'drifting', shape: 'corner', glyph: '◣', color: '--verdict-drifting' },
  insufficient_data: {
    word: 'insufficient data',
    shape: 'ring',
    glyph: '○',
    color: '--verdict-insufficient',
  },
  no_data: { word: 'no data', shape: 'dash', glyph: '–', color: '--verdict-none' },
};

/** Kinds from worst to harmless, for legends and filters. */
export const VERDICTS_WORST_FIRST: readonly VerdictKind[] = [...VERDICT_KINDS].sort(
  (a, b) => VERDICT_RANK[b] - VERDICT_RANK[a],
);

/** Kind of a heat map's cell code, null where nothing was evaluated. */
export function cellVerdict(code: number): VerdictKind | null {
  return VERDICT_KINDS[code] ?? null;
}
