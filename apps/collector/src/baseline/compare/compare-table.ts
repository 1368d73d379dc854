import { type ComparedSignal, MULTIVARIATE_SIGNAL } from '@leeway/contract';
import { formatNumber } from '@leeway/stats';
import Table from 'cli-table3';
import type { FileComparison } from './compare-files.js';

const SHAPES: Record<string, string> = {
  stable: '●',
  moderate: '▲',
  significant: '◆',
  drifting: '◣',
  insufficient_data: '○',
  no_data: '–',
};

/** A signal as people read it. */
export function signalTitle(signal: string): string {
  return signal === MULTIVARIATE_SIGNAL ? 'numeric columns together' : signal;
}

/** A verdict by shape and word, so that it can be read without colour. */
export function verdictText(verdict: ComparedSignal['verdict']): string {
  return `${SHAPES[verdict] ?? '?'} ${verdict.replace('_', ' ')}`;
}

/** The comparison as a table for a terminal, worst signal first, with what was left out below. */
export function comparisonTable(
  found: FileComparison,
  names: { a: string; b: string },
  most: number,
): string {
  const table = new Table({
    head: ['signal', 'verdict', 'PSI', 'KS', 'JS dist.', 'q', 'what moved'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    wordWrap: true,
    colWidths: [null, null, null, null, null, null, 60],
  });
  for (const signal of found.signals.slice(0, most)) {
    table.push([
      signalTitle(signal.signal),
      verdictText(signal.verdict),
      share(signal.psi_debiased),
      share(signal.ks_low),
      share(signal.js_distance),
      probability(signal.q_value),
      signal.direction && signal.verdict !== 'stable' ? signal.direction.text : signal.reason,
    ]);
  }
  const hidden = found.signals.length - most;
  const lines = [
    `A: ${names.a} (${formatNumber(found.rows_a)} rows)`,
    `B: ${names.b} (${formatNumber(found.rows_b)} rows)`,
    table.toString(),
    ...(hidden > 0 ? [`… and ${hidden} more signals (--limit 0 shows all)`] : []),
    ...found.left_out.slice(0, 50).map((one) => `left out ${one.column}: ${one.message}`),
    `Worst: ${verdictText(found.verdict)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A statistic to three places. */
export function share(value: number | null): string {
  if (value === null) return '–';
  return Math.abs(value) < 0.0005 ? '0' : value.toFixed(3);
}

/** A probability, tiny ones by their size. */
export function probability(value: number | null): string {
  if (value === null) return '–';
  if (value < 1e-12) return '< 1e-12';
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
