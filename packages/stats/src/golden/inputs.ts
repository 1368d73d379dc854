import type { RawSample } from '../sample.js';
import { type GeneratorSpec, generate } from './generator.js';

type Input = Record<string, unknown>;

/** A number of a case's input. */
export function numberOf(input: Input, key: string): number {
  const value = input[key];
  if (typeof value !== 'number') throw new Error(`input.${key} is a number`);
  return value;
}

/** A list of numbers of a case's input. */
export function numbersOf(input: Input, key: string): number[] {
  const value = input[key];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'number')) {
    throw new Error(`input.${key} is a list of numbers`);
  }
  return value as number[];
}

/** A sample, spelled out under `key` or generated under `key_gen`; checks the generator by what the case knows. */
export function sampleOf(input: Input, key: string): (number | null)[] | Float64Array {
  const listed = input[key];
  if (Array.isArray(listed)) return listed.map(value);
  const spec = input[`${key}_gen`];
  if (typeof spec !== 'object' || spec === null) throw new Error(`input needs ${key} or ${key}_gen`);
  const made = generate(spec as GeneratorSpec);
  const known = spec as Record<string, unknown>;
  if (typeof known.final_state === 'number' && known.final_state !== made.final_state) {
    throw new Error(`generator of ${key} ended at ${made.final_state}, not ${known.final_state}`);
  }
  if (Array.isArray(known.first3) && known.first3.some((x, i) => !close(x as number, made.first3[i]!))) {
    throw new Error(`generator of ${key} began with ${made.first3.join(', ')}`);
  }
  if (typeof known.sum === 'number' && !close(known.sum, made.sum, 1e-6)) {
    throw new Error(`generator of ${key} summed to ${made.sum}, not ${known.sum}`);
  }
  return made.values;
}

function close(a: number, b: number, abs = 1e-12): boolean {
  return Math.abs(a - b) <= abs + 1e-9 * Math.abs(a);
}

function value(item: unknown): number | null {
  if (item === null) return null;
  if (typeof item === 'number') return item;
  if (item === 'NaN') return Number.NaN;
  if (item === 'Infinity') return Infinity;
  if (item === '-Infinity') return -Infinity;
  throw new Error(`a sample has numbers, null, "NaN" and "±Infinity", got ${JSON.stringify(item)}`);
}

/** Counts over interior edges (k + 1 bins) and the missing, as the vectors lay them out. */
export function countInto(
  sample: RawSample,
  edges: readonly number[],
): { counts: number[]; missing: number } {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let missing = 0;
  for (const x of sample) {
    if (x === null || x === undefined || Number.isNaN(x)) {
      missing++;
      continue;
    }
    let bin = 0;
    while (bin < edges.length && edges[bin]! <= x) bin++;
    counts[bin]!++;
  }
  return { counts, missing };
}
