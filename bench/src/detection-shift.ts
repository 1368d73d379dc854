import { normalTail, normalUpperQuantile, psi } from '@leeway/stats';

/** How far the mean of a standard normal feature must move for a PSI of `target` over its deciles. */
export function shiftForPsi(target: number): number {
  return solve(target, 0, 3, (shift, x) => x - shift);
}

/** By what factor its spread must grow for a PSI of `target`: a drift without any shift. */
export function stretchForPsi(target: number): number {
  return solve(target, 1, 10, (stretch, x) => x / stretch);
}

/** The least drift of the wanted PSI, where `back` takes a drifted value to the one it came from. */
function solve(
  target: number,
  none: number,
  most: number,
  back: (drift: number, x: number) => number,
): number {
  const edges = Array.from({ length: 9 }, (_, i) => -normalUpperQuantile((i + 1) / 10));
  const masses = (drift: number) => {
    const above = [1, ...edges.map((edge) => normalTail(back(drift, edge))), 0];
    return above.slice(0, -1).map((mass, i) => mass - above[i + 1]!);
  };
  const deciles = masses(none);
  let low = none;
  let high = most;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (psi(deciles, masses(middle))! < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
