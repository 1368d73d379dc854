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
