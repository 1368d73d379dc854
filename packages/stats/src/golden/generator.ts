/** A generated sample of an oracle case. */
export interface GeneratorSpec {
  seed: number;
  n: number;
  dist: string;
  p0?: number;
  k?: number;
  scale?: number;
  shift?: number;
}

/** The values, the generator's last state, and what a case can check it by. */
export interface Generated {
  values: Float64Array;
  final_state: number;
  first3: number[];
  sum: number;
}

const MODULUS = 2147483647;
const FACTOR = 48271;

/** Lehmer's generator (every product stays below 2^47, so doubles are exact) through one of the named shapes. */
export function generate(spec: GeneratorSpec): Generated {
  let state = spec.seed;
  const u = () => {
    state = (FACTOR * state) % MODULUS;
    return state / MODULUS;
  };
  const draw = shapeOf(spec, u);
  const scale = spec.scale ?? 1;
  const shift = spec.shift ?? 0;
  const values = new Float64Array(spec.n);
  let sum = 0;
  for (let i = 0; i < spec.n; i++) {
    values[i] = draw() * scale + shift;
    sum += values[i]!;
  }
  return { values, final_state: state, first3: Array.from(values.subarray(0, 3)), sum };
}

function shapeOf(spec: GeneratorSpec, u: () => number): () => number {
  switch (spec.dist) {
    case 'uniform':
      return u;
    case 'irwinhall12':
      return () => {
        let sum = 0;
        for (let i = 0; i < 12; i++) sum += u();
        return sum - 6;
      };
    case 'pareto1':
      return () => 1 / u();
    case 'pareto2':
      return () => 1 / Math.sqrt(u());
    case 'int':
      return () => Math.floor(u() * (spec.k ?? 0));
    case 'mix0':
      return () => {
        const a = u();
        const b = u();
        return a < (spec.p0 ?? 0) ? 0 : b;
      };
    default:
      throw new Error(`unknown generator ${spec.dist}`);
  }
}
