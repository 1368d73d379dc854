import { StatusReport } from '@leeway/contract';
import Table from 'cli-table3';
import { ask } from './ask.js';
import type { CliContext, CommandGroup } from './context.js';

/** `leeway storage`: rows and bytes of each table. */
export const registerStorage: CommandGroup = (program, run) => {
  program
    .command('storage')
    .description('rows and bytes of each table, and what an event costs')
    .option('--json', 'print them as JSON')
    .action((flags: { json?: boolean }) => run((context) => storage(context, flags.json === true)));
};

type Tables = StatusReport['store']['tables'];

/** No lines between rows. */
const NO_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in the unit that keeps them below 1,024, with three digits. */
export function sized(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_023.5 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

function ratio(bytes: number, of: number): string {
  if (of === 0) return '–';
  const value = bytes / of;
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

/** The table as text: the largest first, the empty ones only counted. */
export function storageTable(tables: Tables): string {
  const events = tables.find(({ table }) => table === 'events')?.rows ?? 0;
  const full = tables.filter(({ rows }) => rows > 0).toSorted((a, b) => b.bytes - a.bytes);
  const total = full.reduce((sum, { bytes }) => sum + bytes, 0);
  const table = new Table({
    head: ['table', 'rows', 'size', 'bytes a row', 'bytes an event'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    chars: NO_LINES,
    style: { head: [], border: [] },
  });
  for (const { table: name, rows, bytes } of full)
    table.push([name, rows.toLocaleString('en'), sized(bytes), ratio(bytes, rows), ratio(bytes, events)]);
  const empty = tables.length - full.length;
  const others = empty === 0 ? '' : ` ${empty === 1 ? 'One table is' : `${empty} tables are`} empty.`;
  const sum =
    events === 0
      ? 'No events yet.'
      : `${events.toLocaleString('en')} events take ${sized(total)}: ${ratio(total, events)} bytes an event in all.`;
  return `${full.length > 0 ? `${table.toString()}\n` : ''}${sum}${others}\n`;
}

async function storage(context: CliContext, json: boolean): Promise<number> {
  const { store } = await ask(context, '/status', StatusReport);
  if (!json) {
    context.out(storageTable(store.tables));
    return 0;
  }
  const bytes = store.tables.reduce((sum, table) => sum + table.bytes, 0);
  const events = store.tables.find(({ table }) => table === 'events')?.rows ?? 0;
  const perEvent = events > 0 ? Math.round((bytes / events) * 10) / 10 : null;
  context.out(`${JSON.stringify({ tables: store.tables, bytes, events, bytes_per_event: perEvent })}\n`);
  return 0;
}
