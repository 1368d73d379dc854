import { Session } from 'chdb';

const ROWS = 1_000_000;

/**
 * Bytes a row of a table that holds nothing but the events' arrays of doubles, with the engine's default codec, of
 * (at most a million of) the same rows. The collector must have let the data directory go.
 */
export async function plainArrayBytes(dataDir: string): Promise<number> {
  const session = new Session(dataDir);
  const run = async (query: string) => (await session.queryAsync(query, { format: 'JSONEachRow' })).text();
  try {
    await run('CREATE TABLE leeway.plain (numeric Array(Float64)) ENGINE = MergeTree ORDER BY tuple()');
    await run(`INSERT INTO leeway.plain SELECT numeric FROM leeway.events LIMIT ${ROWS}`);
    const answer = await run(
      "SELECT sum(bytes_on_disk) / sum(rows) AS bytes FROM system.parts WHERE database = 'leeway' AND table = 'plain' AND active",
    );
    return Math.round((JSON.parse(answer) as { bytes: number }).bytes * 10) / 10;
  } finally {
    session.close();
  }
}
