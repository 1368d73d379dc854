/** A small seeded generator (mulberry32) and draws from it, the same for the same seed. */
export function seeded(seed: number) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(Math.max(uniform(), 1e-300))) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    exponential: () => -Math.log(Math.max(uniform(), 1e-300)),
    /** How many of `n` happen, each with chance `p`. */
    binomial: (n: number, p: number) => {
      let k = 0;
      for (let i = 0; i < n; i++) if (uniform() < p) k += 1;
      return k;
    },
    poisson: (mean: number) => {
      let k = 0;
      for (let left = mean + Math.log(Math.max(uniform(), 1e-300)); left > 0; k++)
        left += Math.log(Math.max(uniform(), 1e-300));
      return k;
    },
  };
}
