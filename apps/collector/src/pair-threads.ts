import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ColumnPair, PairThreads } from './baseline/compare/number-pair.js';

/** What a thread is started with, asked and answers; see pair-worker.ts. */
export interface PairFiles {
  a: { path: string; bytes: number };
  b: { path: string; bytes: number };
}
export interface PairQuestion {
  column: string;
  sampleRows: number;
}
/** Null for a column that can't be read there. */
export type PairAnswer = ColumnPair | null;

const MOST_THREADS = 4;
/** Bytes of both files below which starting threads takes longer than reading. */
const FEW_BYTES = 8 * 1_048_576;

/**
 * Threads that read and pair columns of two Parquet files, one column at a time each. Null for small files, and when
 * the program runs from its source, which a thread could not load.
 */
export async function openPairThreads(a: string, b: string): Promise<PairThreads | null> {
  const worker = fileURLToPath(new URL('./pair-worker.js', import.meta.url));
  const there = await Promise.all([worker, a, b].map((path) => stat(path).catch(() => null)));
  const [code, first, second] = there;
  if (!code || !first || !second || first.size + second.size < FEW_BYTES) return null;
  const workerData: PairFiles = { a: { path: a, bytes: first.size }, b: { path: b, bytes: second.size } };
  const width = Math.min(MOST_THREADS, availableParallelism());
  const threads = Array.from({ length: width }, () => pairThread(worker, workerData));
  const waiting: ((thread: (typeof threads)[number]) => void)[] = [];
  const idle = [...threads];
  return {
    width,
    async pair(column, sampleRows) {
      const thread =
        idle.pop() ?? (await new Promise<(typeof threads)[number]>((take) => waiting.push(take)));
      try {
        return await thread.ask({ column, sampleRows });
      } finally {
        const next = waiting.shift();
        if (next) next(thread);
        else idle.push(thread);
      }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** One thread; a question at a time. A thread that broke answers null, so the column is read without it. */
function pairThread(path: string, workerData: PairFiles) {
  const worker = new Worker(path, { workerData });
  let settle: ((answer: PairAnswer) => void) | null = null;
  let broken = false;
  const answered = (answer: PairAnswer) => {
    settle?.(answer);
    settle = null;
  };
  const broke = () => {
    broken = true;
    answered(null);
  };
  worker.on('message', answered);
  worker.on('error', broke);
  worker.on('exit', broke);
  return {
    ask: (question: PairQuestion) =>
      broken
        ? Promise.resolve(null)
        : new Promise<PairAnswer>((resolve) => {
            settle = resolve;
            worker.postMessage(question);
          }),
    close: () => worker.terminate(),
  };
}
