import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Insert, insertClause, settingsClause } from './lane.js';

/**
 * Text of so many bytes and more goes to the embedded engine by way of a file, since text inside a statement is scanned
 * several times before it is parsed. Blocks in the Native format, which are no text, all go that way (see embedded.ts).
 *
 * Nothing but format and size decides, since the engine makes different deduplication records of the two ways: the same
 * batch has the same format and the same bytes and so always goes the same way.
 */
const FILE_BYTES = 262_144;

/** Files of rows on their way into the engine: written, inserted and removed before they ever reach the disk. */
export interface InsertFiles {
  /** Whether text is long enough for a file. */
  takes(insert: Insert): boolean;
  /** Writes the rows to a file, gives `run` the statement that inserts it, and removes the file. */
  insert(insert: Insert, run: (statement: string) => Promise<unknown>): Promise<void>;
}

/** Keeps the files in a folder of their own inside the data directory. What a crash left there is removed. */
export function openInsertFiles(dataDirectory: string): InsertFiles {
  const folder = openFolder(dataDirectory);
  const escaped = folder.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  let count = 0;
  return {
    takes: ({ body }) => sizeOf(body) >= FILE_BYTES,
    async insert(insert, run) {
      const name = String(count++);
      const path = join(folder, name);
      try {
        await write(path, insert.body);
        await run(
          `${insertClause(insert)} FROM INFILE '${escaped}/${name}'${settingsClause(insert)} FORMAT ${insert.format}`,
        );
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

/** The engine reads a path as a pattern: where the data directory has such letters, the files are elsewhere. */
function openFolder(dataDirectory: string): string {
  if (/[*?{}[\]]/.test(dataDirectory)) return mkdtempSync(join(tmpdir(), 'leeway-inserts-'));
  const folder = join(dataDirectory, 'inserts');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

function sizeOf(body: readonly Buffer[]): number {
  return body.reduce((sum, piece) => sum + piece.length, 0);
}

/** All pieces at once: `writeFile` would come back to the event loop every 512 KiB. */
async function write(path: string, body: readonly Buffer[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const { bytesWritten } = await file.writev(body);
    // What a full disk cut off is not worth another try: the batch is written again.
    const size = sizeOf(body);
    if (bytesWritten < size)
      throw new Error(`No space left on device: ${bytesWritten} of ${size} bytes written`);
  } finally {
    await file.close();
  }
}
