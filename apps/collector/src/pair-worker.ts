// A thread of `leeway compare`: reads columns of two Parquet files and pairs them, each that no other thread has taken.
import { parentPort, workerData } from 'node:worker_threads';
import { JOINT_ROWS, pairColumns } from './baseline/compare/number-pair.js';
import type { PairAnswer, PairFiles } from './pair-threads.js';
import { openParquetNumbers } from './store/samples/parquet-numbers.js';

const { exclude, taken, ...files } = workerData as PairFiles;
const a = openParquetNumbers(files.a.path, files.a.bytes);
const b = openParquetNumbers(files.b.path, files.b.bytes);

if (a && b) {
  const shared = a.names.filter(
    (name) => a.columns.has(name) && b.columns.has(name) && !exclude.includes(name),
  );
  for (;;) {
    const column = shared[Atomics.add(taken, 0, 1)];
    if (column === undefined) break;
    const answer: PairAnswer = { column, pair: null };
    try {
      answer.pair = pairColumns(a.read(column), b.read(column), JOINT_ROWS);
    } catch {
      // Whoever asks reads the column otherwise and learns what is wrong with it.
    }
    parentPort!.postMessage(answer);
  }
}
