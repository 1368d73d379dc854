import type { BinSpec } from './bins.js';
import { chiSquareStatistic } from './chi-square-test.js';
import { coarseBins, groupCounts } from './coarsen.js';
import { checkCounts, checkPair } from './errors.js';

/** Expected rows a block needs in a bin for its chi-square to be counted. */
const LEAST_EXPECTED = 5;

/**
 * Overdispersion φ of a signal's counts: how much more consecutive blocks of the baseline differ from each other
 * than independent rows would (households, sessions, retries and bursts come together). 1 = independent.
 *
 * Each block is held against the rest of the baseline with Pearson's chi-square on coarse bins; φ is the sum of
 * the statistics over the sum of their degrees of freedom, at least 1. Chi-square divided by φ is then about
 * chi-square again. Bins too thin in a block are merged. Fewer than two usable blocks: 1.
 *
 * @param blocks counts of consecutive blocks (by time, or by row order) in the layout of `spec`
 * @param bins regular coarse bins
 */
export function overdispersion(blocks: readonly (readonly number[])[], spec: BinSpec, bins = 10): number {
  if (blocks.length < 2) return 1;
  const sum = new Array<number>(blocks[0]!.length).fill(0);
  blocks.forEach((block, b) => {
    checkCounts(`blocks[${b}]`, block);
    checkPair(sum, block, ['blocks[0]', `blocks[${b}]`]);
    for (let i = 0; i < block.length; i++) sum[i]! += block[i]!;
  });
  const groups = coarseBins(spec, sum, bins);
  const all = groupCounts(groups, sum);
  let statistics = 0;
  let dof = 0;
  for (const block of blocks) {
    const mine = groupCounts(groups, block);
    const { block: kept, rest } = mergeThin(mine, all);
    const table = chiSquareStatistic(rest, kept);
    if (table === null || table.dof < 1) continue;
    statistics += table.statistic;
    dof += table.dof;
  }
  return dof === 0 ? 1 : Math.max(1, statistics / dof);
}

function mergeThin(block: readonly number[], all: readonly number[]): { block: number[]; rest: number[] } {
  const rows = block.reduce((a, b) => a + b, 0);
  const whole = all.reduce((a, b) => a + b, 0);
  const kept: number[] = [];
  const rest: number[] = [];
  let openBlock = 0;
  let openAll = 0;
  const close = () => {
    kept.push(openBlock);
    rest.push(openAll - openBlock);
    openBlock = 0;
    openAll = 0;
  };
  for (let i = 0; i < all.length; i++) {
    openBlock += block[i]!;
    openAll += all[i]!;
    if ((openAll * rows) / whole >= LEAST_EXPECTED) close();
  }
  if (openAll > 0) {
    if (kept.length === 0) close();
    else {
      kept[kept.length - 1]! += openBlock;
      rest[rest.length - 1]! += openAll - openBlock;
    }
  }
  return { block: kept, rest };
}
