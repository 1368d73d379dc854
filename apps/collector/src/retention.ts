import { z } from 'zod';

/** Tables whose rows may be kept for a time of their own; raw events have `LEEWAY_RETAIN_EVENTS_DAYS`. */
export const RETAINED_TABLES = [
  'labels',
  'histograms',
  'traffic',
  'outcomes',
  'histograms_hour',
  'histograms_day',
  'traffic_hour',
  'verdicts',
  'dead_letters',
] as const;

export type RetainedTable = (typeof RETAINED_TABLES)[number];
const MOST_DAYS = 36_500;

function isTable(name: string): name is RetainedTable {
  return (RETAINED_TABLES as readonly string[]).includes(name);
}

/** Reads `labels=365,dead_letters=7`: days by table. */
export function retainedTables() {
  return z.string().transform((text, context): Partial<Record<RetainedTable, number>> => {
    const days: Partial<Record<RetainedTable, number>> = {};
    for (const part of text.split(',').map((piece) => piece.trim())) {
      if (part === '') continue;
      const [name = '', value = '', ...more] = part.split('=').map((piece) => piece.trim());
      const count = Number(value);
      if (!isTable(name) || more.length > 0)
        context.addIssue(
          `"${part}" names no table; write e.g. labels=365 with one of ${RETAINED_TABLES.join(', ')}`,
        );
      else if (!/^\d+$/.test(value) || count < 1 || count > MOST_DAYS)
        context.addIssue(`"${part}" needs a whole number of days from 1 to ${MOST_DAYS}`);
      else days[name] = count;
    }
    return days;
  });
}

/** Tables of counts, each with the coarser one that long ranges are read from in its place. */
const COARSER: readonly (readonly [RetainedTable, RetainedTable])[] = [
  ['histograms', 'histograms_hour'],
  ['histograms_hour', 'histograms_day'],
  ['traffic', 'traffic_hour'],
];

/**
 * What is wrong with how long tables are kept, each beside the other: long ranges are read from the coarser table
 * alone, so one that forgets earlier would make counts disappear that the finer one still has.
 */
export function retentionProblems(days: {
  minutes: number;
  hours: number;
  tables: Partial<Record<RetainedTable, number>>;
}): string[] {
  const kept = (table: RetainedTable) =>
    days.tables[table] ?? (/_(hour|day)$/.test(table) ? days.hours : days.minutes);
  return COARSER.filter(([fine, coarse]) => kept(coarse) < kept(fine)).map(
    ([fine, coarse]) =>
      `LEEWAY_RETAIN_TABLES_DAYS: ${coarse} would be kept ${kept(coarse)} days and ${fine} ${kept(fine)}; long ranges are read from the coarser table, so keep it at least as long`,
  );
}
