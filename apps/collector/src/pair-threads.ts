import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ColumnPair, PairThreads } from './baseline/compare/number-pair.js';

/** What a thread is started with; see pair-worker.ts. */
export interface PairFiles {
  a: { path: string; bytes: number };
  b: { path: string; bytes: number };
  exclude: readonly string[];
  /** How many columns the threads have taken, so that no two pair the same one. */
  taken: Int32Array;
}
/** What it tells of each column; null for one that can't be read there. */
export interface PairAnswer {
  column: string;
  pair: ColumnPair | null;
}

const MOST_THREADS = 4;
/** Bytes of both files below which starting threads takes longer than reading. */
const FEW_BYTES = 8 * 1_048_576;
const PARQUET = Buffer.from('PAR1');

/**
 * Threads that read and pair the number columns that two Parquet files share. They start at once and choose the columns
 * themselves, so that the first are done when the program has loaded what it judges them with. Null for small files,
 * for other formats, and when the program runs from its source, which a thread could not load.
 */
export async function openPairThreads(
  a: string,
  b: string,
  exclude: readonly string[],
): Promise<PairThreads | null> {
  const code = fileURLToPath(new URL('./pair-worker.js', import.meta.url));
  const [first, second, built] = await Promise.all([parquetBytes(a), parquetBytes(b), isThere(code)]);
  if (!built || first === null || second === null || first + second < FEW_BYTES) return null;
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: PairFiles = {
    a: { path: a, bytes: first },
    b: { path: b, bytes: second },
    exclude,
    taken,
  };
  const width = Math.min(MOST_THREADS, availableParallelism());
  const answers = new Map<string, ColumnPair | null>();
  const asked = new Map<string, (pair: ColumnPair | null) => void>();
  let running = width;
  const answer = ({ column, pair }: PairAnswer) => {
    const waiting = asked.get(column);
    if (waiting) waiting(pair);
    else answers.set(column, pair);
    asked.delete(column);
  };
  const ended = () => {
    running--;
    // What no thread has told of, because none could take it or the one that did broke, is read without them.
    if (running === 0) for (const column of [...asked.keys()]) answer({ column, pair: null });
  };
  const threads = Array.from({ length: width }, () => {
    const thread = new Worker(code, { workerData });
    thread.on('message', answer);
    // A thread that breaks ends as well, and that is what counts.
    thread.on('error', () => undefined);
    thread.on('exit', ended);
    return thread;
  });
  return {
    width,
    pair(column) {
      const known = answers.get(column);
      answers.delete(column);
      if (known !== undefined || running === 0) return Promise.resolve(known ?? null);
      return new Promise((resolve) => asked.set(column, resolve));
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** Size of a Parquet file; null for any other, and for what can't be read. */
async function parquetBytes(path: string): Promise<number | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const info = await file.stat();
    const { buffer } = info.isFile()
      ? await file.read(Buffer.alloc(PARQUET.length), 0, PARQUET.length, 0)
      : { buffer: null };
    return buffer?.equals(PARQUET) ? info.size : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  await file?.close();
  return file !== null;
}
