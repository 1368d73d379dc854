const MEDIAN_MS = 12;
const SPREAD = 0.35;

/**
 * Latency of one prediction in milliseconds. The data set carries none, so this one figure of the demo is simulated:
 * log-normal around 12 ms, drawn from the row number so that every run sends the same.
 */
export function simulatedLatency(row: number): number {
  const u = (hash(row * 2) + 0.5) / 2 ** 32;
  const v = (hash(row * 2 + 1) + 0.5) / 2 ** 32;
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  return Math.round(MEDIAN_MS * Math.exp(SPREAD * normal) * 100) / 100;
}

/** A 32-bit integer mixer: neighbouring rows give unrelated numbers. */
function hash(seed: number): number {
  let x = (seed ^ 0x9e3779b9) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97) >>> 0;
  return (x ^ (x >>> 15)) >>> 0;
}
