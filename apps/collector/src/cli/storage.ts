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

async function storage(context: CliContext, json: boolean): Promise<number> {
  const { store } = await ask(context, '/status', StatusReport);
  const bytes = store.tables.reduce((sum, table) => sum + table.bytes, 0);
  const events = store.tables.find(({ table }) => table === 'events')?.rows ?? 0;
  const perEvent = events > 0 ? Math.round((bytes / events) * 10) / 10 : null;
  if (json) {
    context.out(`${JSON.stringify({ tables: store.tables, bytes, events, bytes_per_event: perEvent })}\n`);
    return 0;
  }
  const table = new Table({
    head: ['table', 'rows', 'MiB', 'bytes a row'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const one of store.tables.toSorted((a, b) => b.bytes - a.bytes))
    table.push([
      one.table,
      one.rows.toLocaleString('en'),
      (one.bytes / 1_048_576).toFixed(2),
      one.rows > 0 ? (one.bytes / one.rows).toFixed(1) : '–',
    ]);
  context.out(`${table.toString()}\n`);
  context.out(
    perEvent === null
      ? 'No events yet.\n'
      : `${events.toLocaleString('en')} events, ${perEvent} bytes an event in all.\n`,
  );
  return 0;
}
