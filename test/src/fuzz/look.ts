// look.ts DATA_DIR TOPIC PARTITIONS: prints the offsets that left a trace in a store that no collector has open.
import { Session } from 'chdb';

const [dataDir, topic, partitions] = process.argv.slice(2);
const session = new Session(dataDir);

function rows<Row>(query: string): Row[] {
  return session
    .query(query, 'JSONEachRow')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

function offsets(query: (source: string) => string): number[][] {
  return Array.from({ length: Number(partitions) }, (_, partition) => {
    const [row] = rows<{ offsets: string[] }>(
      `SELECT groupUniqArray(toString(offset)) AS offsets FROM (${query(`${topic}:${partition}`)})`,
    );
    return (row?.offsets ?? []).map(Number);
  });
}

const [totals] = rows<{ events: string; counted: string }>(
  `SELECT toString((SELECT count() FROM leeway.events)) AS events,
          toString((SELECT sum(requests) FROM leeway.traffic WHERE segment = '')) AS counted`,
);
const answer = {
  // A later label of the same event replaces the earlier one: every fuzzed label has an id of its own.
  stored: offsets(
    (source) =>
      `SELECT offset FROM leeway.events WHERE source = '${source}' UNION ALL SELECT offset FROM leeway.labels WHERE source = '${source}'`,
  ),
  dead: offsets((source) => `SELECT offset FROM leeway.dead_letters WHERE source = '${source}'`),
  events: Number(totals!.events),
  counted: Number(totals!.counted),
};
session.close();
await new Promise<void>((resolve) => process.stdout.write(JSON.stringify(answer), () => resolve()));
// The embedded engine keeps threads that would hold the process.
process.exit(0);
