import type { BaselineSignal } from '@leeway/contract';

/** A bar of a small histogram: its place in 0..1 of the width, and its share of the rows. */
export type Bar = { x0: number; x1: number; share: number; label: string };
export type SignalDrawing = {
  bars: Bar[];
  /** Labels at the ends of the axis. */
  from: string;
  to: string;
  /** Share of rows that are missing, 0..1. */
  missing: number;
};

/** Bars of equal width that a numeric signal is drawn with. */
const BARS = 36;
/** Categories drawn on their own. */
const CATEGORIES = 16;

/**
 * A baseline's distribution as bars. Numbers are spread from their quantile bins over equal widths between the 1st
 * and 99th percentile, so that the shape shows and a long tail does not flatten it. Of categories the most frequent are drawn; one bar for
 * all others would dwarf them.
 */
export function drawSignal(
  signal: BaselineSignal,
  format: (value: number) => string,
  range?: [number, number],
): SignalDrawing {
  const missing = signal.rows > 0 ? (signal.counts[0] ?? 0) / signal.rows : 0;
  return signal.min === null || signal.max === null
    ? { ...drawCategories(signal), missing }
    : { ...drawNumbers(signal, format, range ?? axisOf(signal)), missing };
}

/** The stretch of a numeric signal's axis worth drawing; for two baselines over each other take both. */
export function axisOf(signal: BaselineSignal): [number, number] {
  const low = signal.quantiles?.[0] ?? signal.min ?? 0;
  const high = signal.quantiles?.[6] ?? signal.max ?? 1;
  return high > low ? [low, high] : [signal.min ?? 0, signal.max ?? 1];
}

function drawNumbers(
  signal: BaselineSignal,
  format: (value: number) => string,
  [low, high]: [number, number],
) {
  const bounds = [signal.min ?? 0, ...signal.edges, signal.max ?? 1];
  // Layout of the counts: missing, below the minimum, the regular bins, above the maximum.
  const regular = signal.counts.slice(2, -1);
  const slots = new Array<number>(BARS).fill(0);
  const width = (high - low) / BARS;
  regular.forEach((count, index) => {
    const from = bounds[index] ?? low;
    const to = bounds[index + 1] ?? high;
    if (count === 0) return;
    if (!(width > 0) || to <= from) {
      const slot = width > 0 ? Math.floor((from - low) / width) : 0;
      if (slot >= 0 && slot < BARS) slots[slot] = (slots[slot] ?? 0) + count;
      return;
    }
    for (let i = Math.max(0, Math.floor((from - low) / width)); i < BARS && low + i * width < to; i++) {
      const overlap = Math.min(to, low + (i + 1) * width) - Math.max(from, low + i * width);
      if (overlap > 0) slots[i] = (slots[i] ?? 0) + (count * overlap) / (to - from);
    }
  });
  return {
    bars: slots.map((count, i) => ({
      x0: i / BARS,
      x1: (i + 1) / BARS,
      share: share(count, signal),
      label: '',
    })),
    from: format(low),
    to: format(high),
  };
}

function drawCategories(signal: BaselineSignal) {
  const shown = signal.categories
    .slice(0, CATEGORIES)
    .map((label, i) => ({ label, count: signal.counts[i + 1] ?? 0 }));
  return {
    bars: shown.map(({ label, count }, i) => ({
      x0: i / shown.length,
      x1: (i + 0.86) / shown.length,
      share: share(count, signal),
      label,
    })),
    from: shown[0]?.label ?? '',
    to: shown.length > 1 ? (shown.at(-1)?.label ?? '') : '',
  };
}

function share(count: number, { rows }: BaselineSignal): number {
  return rows > 0 ? count / rows : 0;
}

/**
 * A categorical signal with another baseline's categories in the other's order, so that bars of both stand at the
 * same place; categories that the other does not list are summed up.
 */
export function alignTo(reference: BaselineSignal, signal: BaselineSignal): BaselineSignal {
  const counts = new Map(signal.categories.map((name, i) => [name, signal.counts[i + 1] ?? 0]));
  const own = reference.categories.map((name) => counts.get(name) ?? 0);
  const missing = signal.counts[0] ?? 0;
  const present = signal.counts.reduce((sum, count) => sum + count, 0) - missing;
  const rest = present - own.reduce((sum, count) => sum + count, 0);
  return { ...signal, categories: reference.categories, counts: [missing, ...own, rest, 0] };
}

/** The columns of a CSV's or NDJSON's first line, to offer while the file is still here; null for other files. */
export function columnsOf(name: string, head: string): string[] | null {
  if (/\.(ndjson|jsonl)$/i.test(name)) {
    const line = head.split('\n', 1)[0] ?? '';
    try {
      const first: unknown = JSON.parse(line);
      return first !== null && typeof first === 'object' && !Array.isArray(first) ? Object.keys(first) : null;
    } catch {
      return null;
    }
  }
  if (!/\.csv$/i.test(name)) return null;
  const line = head.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? '',
  );
  return cells.filter(Boolean);
}

/** A column that is probably meant for a part, by the names that such columns usually have. */
export function guess(
  columns: readonly string[],
  part: 'timestamp' | 'prediction' | 'label' | 'score' | 'latency',
): string {
  const names: readonly string[] = GUESSES[part];
  return columns.find((column) => names.includes(column.toLowerCase())) ?? '';
}

const GUESSES = {
  timestamp: ['ts', 'timestamp', 'time', 'date', 'datetime', 'event_time', 'created_at'],
  prediction: ['prediction', 'predicted', 'y_pred', 'pred'],
  label: ['label', 'target', 'y', 'y_true', 'actual', 'outcome'],
  score: ['score', 'probability', 'proba', 'confidence'],
  latency: ['latency_ms', 'latency', 'duration_ms'],
} as const satisfies Record<string, readonly string[]>;
