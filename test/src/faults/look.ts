// Run as a process of its own while no collector has the data directory: answers one question, prints JSON, ends.
// look.ts DATA_DIR counts EVENTS | … tables | … lose SOURCE FIRST LAST | … spoil double|foreign|count|letter
import { Session } from 'chdb';

const [dataDir, question, source, first, last] = process.argv.slice(2);
const session = new Session(dataDir);

function rows<Row>(query: string): Row[] {
  const text = session.query(query, 'JSONEachRow');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

function counts(): object {
  // The stream's ids are `e-` and nine digits; what else is there, or beyond the last one, nobody sent.
  const [events] = rows<{ n: string; ids: string; foreign: string }>(
    `SELECT toString(count()) AS n, toString(uniqExact(id)) AS ids,
       toString(uniqExactIf(id, NOT match(id, '^e-[0-9]{9}$') OR toUInt64OrZero(substring(id, 3)) >= ${Number(source)}
         OR toUInt64OrZero(substring(id, 3)) % 499 = 498)) AS foreign
     FROM leeway.events`,
  );
  const [dead] = rows<{ n: string }>('SELECT toString(uniqExact(id)) AS n FROM leeway.dead_letters');
  const histograms = rows<{ key: string; n: string }>(
    `SELECT concat(version, '|', signal, '|', toString(toUnixTimestamp(minute)), '|', toString(bin)) AS key,
            toString(sum(count)) AS n
     FROM (SELECT version, signal, minute, arrayJoin(mapKeys(bins)) AS bin, bins[bin] AS count
           FROM leeway.histograms WHERE segment = '')
     GROUP BY key HAVING sum(count) != 0`,
  );
  const traffic = rows<{ key: string; n: string }>(
    `SELECT concat(version, '|requests|', toString(toUnixTimestamp(minute)), '|0') AS key, toString(sum(requests)) AS n
     FROM leeway.traffic WHERE segment = '' GROUP BY key HAVING sum(requests) != 0`,
  );
  return {
    stored: Number(events!.n),
    distinct: Number(events!.ids),
    foreign: Number(events!.foreign),
    deadLetters: Number(dead!.n),
    counts: Object.fromEntries([...histograms, ...traffic].map((row) => [row.key, Number(row.n)])),
  };
}

/**
 * Takes the rows of one range away and leaves their token in the deduplication log: what a crash leaves behind that
 * comes after logging the token and before the part has its name.
 */
function lose(): object {
  const range = `source = '${source}' AND offset BETWEEN ${Number(first)} AND ${Number(last)}`;
  const [found] = rows<{ n: string }>(`SELECT toString(count()) AS n FROM leeway.events WHERE ${range}`);
  session.query(`ALTER TABLE leeway.events DELETE WHERE ${range} SETTINGS mutations_sync = 2`);
  return { rows: Number(found!.n) };
}

/** Breaks what the checker of a fault run looks at, by hand. `source` says what. */
function spoil(): object {
  const statements: Record<string, string> = {
    double: `INSERT INTO leeway.events SETTINGS insert_deduplication_token = 'spoil-1' SELECT * FROM leeway.events LIMIT 7`,
    foreign: `INSERT INTO leeway.events SETTINGS insert_deduplication_token = 'spoil-2'
      SELECT * REPLACE ('nobody-sent-this' AS id) FROM leeway.events LIMIT 1`,
    count: `INSERT INTO leeway.histograms SETTINGS insert_deduplication_token = 'spoil-3'
      SELECT * FROM leeway.histograms WHERE segment = '' AND signal = 'x' LIMIT 1`,
    letter: 'DELETE FROM leeway.dead_letters WHERE id IN (SELECT id FROM leeway.dead_letters LIMIT 1)',
  };
  const statement = statements[source ?? ''];
  if (!statement) throw new Error(`there is nothing to spoil by the name ${source}`);
  session.query(statement);
  return {};
}

/** Directories of the tables that a batch writes. */
function tables(): object {
  const found = rows<{ paths: string[] }>(
    `SELECT data_paths AS paths FROM system.tables
     WHERE database = 'leeway' AND name IN ('events', 'histograms', 'traffic')`,
  );
  return { paths: found.flatMap((table) => table.paths) };
}

const answers: Record<string, () => object> = { lose, spoil, tables, counts };
const answer = answers[question ?? '']!();
session.close();
await new Promise<void>((resolve) => process.stdout.write(JSON.stringify(answer), () => resolve()));
// The embedded engine keeps threads that would hold the process.
process.exit(0);
