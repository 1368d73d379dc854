/**
 * The time range in the URL: text such as `now-7d`, `now`, an RFC 3339 moment or epoch milliseconds. The text is
 * what is shared and what the API gets; milliseconds are only worked out for axes and for choosing refresh rates.
 */
export type Range = { from: string; to: string };

export const DEFAULT_RANGE: Range = { from: 'now-24h', to: 'now' };

const UNIT_MS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/;

/** Epoch milliseconds of a time text, or null when it is none. */
export function momentMs(text: string, now: number): number | null {
  const relative = RELATIVE.exec(text);
  if (relative) return now - Number(relative[1] ?? 0) * (UNIT_MS[relative[2] ?? 's'] ?? 0);
  if (/^\d{1,16}$/.test(text)) {
    const ms = Number(text);
    return ms <= 8.64e15 ? ms : null;
  }
  if (!RFC3339.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

export function isRelative(text: string): boolean {
  return RELATIVE.test(text);
}

/** A range whose parts are readable and in order; anything else becomes the default, so a broken URL still opens. */
export function soundRange(from: string | null, to: string | null, now: number): Range {
  const range = { from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to };
  return rangeProblem(range, now) === null ? range : DEFAULT_RANGE;
}

/** What is wrong with a range as a sentence that names the fix, or null. */
export function rangeProblem(range: Range, now: number): string | null {
  const from = momentMs(range.from, now);
  const to = momentMs(range.to, now);
  if (from === null) return `"${range.from}" is no time: write now-6h, now-7d or 2026-03-01T14:00:00Z.`;
  if (to === null) return `"${range.to}" is no time: write now, now-1h or 2026-03-01T14:00:00Z.`;
  if (from >= to) return 'The range ends before it begins.';
  return null;
}

/** Bounds in epoch milliseconds; the range must be sound. */
export function rangeMs(range: Range, now: number): { from: number; to: number } {
  return {
    from: momentMs(range.from, now) ?? now - 86_400_000,
    to: momentMs(range.to, now) ?? now,
  };
}

export const PRESETS: readonly { label: string; range: Range }[] = [
  { label: 'Last 15 minutes', range: { from: 'now-15m', to: 'now' } },
  { label: 'Last hour', range: { from: 'now-1h', to: 'now' } },
  { label: 'Last 6 hours', range: { from: 'now-6h', to: 'now' } },
  { label: 'Last 24 hours', range: { from: 'now-24h', to: 'now' } },
  { label: 'Last 3 days', range: { from: 'now-3d', to: 'now' } },
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 30 days', range: { from: 'now-30d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
];

/**
 * How often a view of this range is worth asking again, in milliseconds: about two hundred times over its span,
 * never faster than 5 s, never slower than 5 min. A range that ends in the past does not change: false.
 */
export function refreshMs(range: Range, now: number): number | false {
  if (range.to !== 'now') return false;
  const { from, to } = rangeMs(range, now);
  return Math.min(300_000, Math.max(5_000, Math.round((to - from) / 200)));
}
