// Run as a process of its own while no collector has the data directory: runs statements, then ends.
// chdb-run.ts DATA_DIR STATEMENT…
import { Session } from 'chdb';

const [dataDir, ...statements] = process.argv.slice(2);
const session = new Session(dataDir);
for (const statement of statements) session.query(statement);
session.close();
process.exit(0);
