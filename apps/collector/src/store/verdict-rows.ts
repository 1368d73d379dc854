import type { Verdict } from '@leeway/contract';
import { momentText, raw } from './sql.js';

/** Columns of `verdicts` in the order they are written. */
export const VERDICT_COLUMNS = [
  'model',
  'version',
  'segment',
  'signal',
  'kind',
  'role',
  'baseline',
  'window_start',
  'window_end',
  'evaluated_at',
  'historical',
  'n_baseline',
  'n_current',
  'psi',
  'psi_debiased',
  'js_divergence',
  'js_distance',
  'ks_low',
  'ks_high',
  'chi2',
  'dof',
  'p_value',
  'q_value',
  'phi',
  'reference',
  'missing_baseline',
  'missing_current',
  'unseen_share',
  'out_of_range_share',
  'verdict',
  'reason',
  'rows_needed',
  'direction',
  'sequential',
] as const satisfies readonly (keyof Verdict)[];

const MOMENTS = new Set<string>(['window_start', 'window_end', 'evaluated_at']);
const OBJECTS = new Set<string>(['direction', 'sequential']);

/** SELECT list that `verdictFromRow` reads: moments as epoch ms. */
export const VERDICT_SELECT = raw(
  VERDICT_COLUMNS.map((name) =>
    MOMENTS.has(name) ? `toUnixTimestamp64Milli(${name}) AS ${name}_ms` : name,
  ).join(', '),
);

/** One line of JSONEachRow. */
export function verdictLine(verdict: Verdict): string {
  const row: Record<string, unknown> = {};
  for (const name of VERDICT_COLUMNS) {
    const value = verdict[name];
    if (MOMENTS.has(name)) row[name] = momentText(Date.parse(value as string));
    else if (OBJECTS.has(name)) row[name] = value === null ? '' : JSON.stringify(value);
    else row[name] = value;
  }
  return JSON.stringify(row);
}

/** A row of `VERDICT_SELECT` as the contract's verdict. */
export function verdictFromRow(row: Readonly<Record<string, unknown>>): Verdict {
  const verdict: Record<string, unknown> = {};
  for (const name of VERDICT_COLUMNS) {
    if (MOMENTS.has(name)) verdict[name] = new Date(row[`${name}_ms`] as number).toISOString();
    else if (OBJECTS.has(name)) verdict[name] = row[name] === '' ? null : JSON.parse(row[name] as string);
    else verdict[name] = row[name];
  }
  return verdict as unknown as Verdict;
}
