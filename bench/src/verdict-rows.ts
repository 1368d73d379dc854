import { closeSync, openSync, writeSync } from 'node:fs';
import { random } from './detection-random.js';

/** A table of numbers, column by column. */
export interface Columns {
  rows: number;
  columns: Float64Array[];
}

/** Features as they come: normal, skewed, zero-inflated and whole-numbered; `drift` moves every fifth of them. */
export function drawColumns(rows: number, columns: number, drift: number, seed: number): Columns {
  return {
    rows,
    columns: Array.from({ length: columns }, (_, column) => {
      const rng = random(seed * 1000 + column);
      const shift = column % 5 === 4 ? drift : 0;
      const shapes = [
        () => rng.normal(),
        () => Math.exp(rng.normal()),
        () => (rng.uniform() < 0.3 ? 0 : rng.uniform() * 100),
        () => Math.floor(rng.uniform() * 40),
        () => 50 + 10 * rng.normal(),
      ];
      const shape = shapes[column % shapes.length]!;
      return Float64Array.from({ length: rows }, () => shape() + shift);
    }),
  };
}

/** Writes the columns one after the other as 64-bit little-endian floats. */
export function writeColumns(path: string, table: Columns): void {
  const file = openSync(path, 'w');
  try {
    for (const column of table.columns) {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    }
  } finally {
    closeSync(file);
  }
}
