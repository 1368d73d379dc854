// A thread of `leeway compare`: reads columns of two Parquet files and pairs them, a question at a time.
import { parentPort, workerData } from 'node:worker_threads';
import { pairColumns } from './baseline/compare/number-pair.js';
import type { PairAnswer, PairFiles, PairQuestion } from './pair-threads.js';
import { openParquetNumbers } from './store/samples/parquet-numbers.js';

const files = workerData as PairFiles;
const a = openParquetNumbers(files.a.path, files.a.bytes);
const b = openParquetNumbers(files.b.path, files.b.bytes);

parentPort!.on('message', ({ column, sampleRows }: PairQuestion) => {
  let answer: PairAnswer = null;
  try {
    if (a && b) answer = pairColumns(a.read(column), b.read(column), sampleRows);
  } catch {
    // Whoever asked reads the column otherwise and learns what is wrong with it.
  }
  parentPort!.postMessage(answer);
});
