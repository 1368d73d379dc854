import { compileJoint } from '@leeway/stats';
import type { TrainingColumn, TrainingFile } from './ports.js';

/** A column of a training file with defaults for what a test doesn't care about. */
export function column(name: string, facts: Partial<TrainingColumn> = {}): TrainingColumn {
  return {
    name,
    type: 'number',
    fileType: 'Float64',
    rows: 1000,
    missing: 0,
    distinct: 900,
    numberLike: 0,
    ...facts,
  };
}

/** A training file held in memory: numbers or texts by column, in row order. */
export function memoryFile(columns: Record<string, (number | string | null)[]>): TrainingFile {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  const present = (name: string) => columns[name]!.filter((value) => value !== null && !Number.isNaN(value));
  return {
    format: 'parquet',
    bytes: 1,
    rows,
    columns: names.map((name) => {
      const values = present(name);
      return column(name, {
        type: typeof values[0] === 'string' ? 'text' : 'number',
        rows,
        missing: rows - values.length,
        distinct: new Set(values).size,
      });
    }),
    async numbers(name) {
      const values = present(name) as number[];
      const finite = Float64Array.from(values.filter((value) => Number.isFinite(value))).sort();
      return {
        finite,
        missing: rows - values.length,
        negativeInfinity: values.filter((value) => value === -Infinity).length,
        positiveInfinity: values.filter((value) => value === Infinity).length,
      };
    },
    async values(name, limit) {
      const counts = new Map<string, number>();
      for (const value of present(name)) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
      const list = [...counts].map(([value, count]) => ({ value, count }));
      list.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return { counts: list.slice(0, limit), missing: rows - present(name).length };
    },
    async grouped() {
      return new Map();
    },
    async fitRows(wanted, every) {
      const part = Array.from({ length: rows }, (_, i) => i).filter((i) => i % every === 0);
      return Float64Array.from(
        part.flatMap((i) => wanted.map((name) => Number(columns[name]![i] ?? Number.NaN))),
      );
    },
    async fitVectors() {
      return [];
    },
    async derivedNumbers(made) {
      const distance = compileJoint(made.joint!);
      const part = Array.from({ length: rows }, (_, i) => i).filter((i) => i % made.every !== 0);
      const all = part.map((i) => made.columns.map((name) => Number(columns[name]![i] ?? Number.NaN)));
      const whole = all.filter((row) => !row.some(Number.isNaN));
      return {
        finite: Float64Array.from(whole, distance).sort(),
        missing: all.length - whole.length,
        negativeInfinity: 0,
        positiveInfinity: 0,
      };
    },
    async span() {
      return null;
    },
    async performance() {
      return null;
    },
    async close() {},
  };
}
