import { normalTail, normalUpperQuantile, psi } from '@leeway/stats';

/** How far the mean of a standard normal feature must move for a PSI of `target` over its deciles. */
export function shiftForPsi(target: number): number {
  const edges = Array.from({ length: 9 }, (_, i) => -normalUpperQuantile((i + 1) / 10));
  const masses = (shift: number) => {
    const above = [1, ...edges.map((edge) => normalTail(edge - shift)), 0];
    return above.slice(0, -1).map((mass, i) => mass - above[i + 1]!);
  };
  const deciles = masses(0);
  let low = 0;
  let high = 3;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (psi(deciles, masses(middle))! < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
